using Ntm.Core.Interchange.Onnx;
using Ntm.Core.Serialization;

namespace Ntm.Core.Interchange;

/// <summary>
/// Writes a model as an ONNX file, for ONNX Runtime and other programs: one graph with a <c>Scan</c> over time, whose body is one step. Its input is
/// <c>inputs [T, B, I]</c>; any number of steps and sequences. Its outputs are <c>logits [T, B, O]</c> and, of a machine, <c>read_weightings [T, B, R, N]</c>
/// and <c>write_weightings [T, B, K, N]</c>. Every sequence starts from the model's initial state, and nothing is dropped.
/// </summary>
/// <remarks>
/// The weights have the names that they have in the model's file, and the file's metadata is that of the model's file: <c>format</c>, <c>ntm.version</c> and
/// <c>ntm.options</c>, or <c>lstm.version</c> and <c>lstm.options</c>. Saving is atomic.
/// </remarks>
public static class OnnxExport
{
    /// <summary>The version of ONNX's operators that the file uses. Programs read files of their own version and of earlier ones.</summary>
    public const int OpsetVersion = 17;

    /// <summary>Writes a machine.</summary>
    /// <param name="machine">The machine, with built-in components only and of element type float32.</param>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <exception cref="NotSupportedException">A component is not a built-in one, the element type is not float32, or the file would have 2 GiB or
    /// more.</exception>
    /// <exception cref="ObjectDisposedException">The machine has been disposed; nothing is written.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(NeuralTuringMachine machine, string path) => Save(machine, path, int.MaxValue);

    /// <summary>Writes an LSTM network.</summary>
    /// <param name="network">The network, of element type float32.</param>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <exception cref="NotSupportedException">The element type is not float32, or the file would have 2 GiB or more.</exception>
    /// <exception cref="ObjectDisposedException">The network has been disposed; nothing is written.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(LstmNetwork network, string path)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var usage = network.Use();
        ModelTensors.ThrowIfDisposed(network);
        var header = ModelFormats.Lstm.Header(network.Settings, metadata: null, own: null);
        OnnxModelFile.Save(LstmGraph.Of(network, int.MaxValue), header, path, int.MaxValue);
    }

    /// <summary>Writes a machine whose file has at most a number of bytes.</summary>
    internal static void Save(NeuralTuringMachine machine, string path, long limit)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var usage = machine.Cell.Use();
        ModelTensors.ThrowIfDisposed(machine.Cell);
        BuiltInParts.Require(machine.Cell, "an ONNX graph");
        var header = ModelFormats.Ntm.Header(machine.Cell.Settings, metadata: null, own: null);
        OnnxModelFile.Save(NtmGraph.Of(machine.Cell, limit), header, path, limit);
    }
}
