using Ntm.Core.Serialization;

namespace Ntm.Core.Interchange;

/// <summary>
/// Writes a model for PyTorch: its weights as <see cref="ModelFileName"/>, the file that <see cref="NtmModelFile"/> or
/// <see cref="LstmModelFile"/> writes, and next to it <see cref="ProgramFileName"/>, a self-contained Python program that reads the file with
/// the standard library, rebuilds the model in plain PyTorch and computes the same outputs within rounding.
/// </summary>
public static class PyTorchExport
{
    /// <summary>The name of the file with the weights.</summary>
    public const string ModelFileName = "model.safetensors";

    /// <summary>The name of the Python program.</summary>
    public const string ProgramFileName = "model.py";

    /// <summary>Writes a machine.</summary>
    /// <param name="machine">The machine, with built-in components only and of element type float32 or float64.</param>
    /// <param name="folder">The folder; created if it does not exist.</param>
    /// <exception cref="NotSupportedException">A component is not a built-in one, so the Python program cannot rebuild it.</exception>
    /// <exception cref="ObjectDisposedException">The machine has been disposed; nothing is written.</exception>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public static void Save(NeuralTuringMachine machine, string folder)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ModelTensors.ThrowIfDisposed(machine.Cell);
        BuiltInParts.Require(machine.Cell, "the PyTorch program");
        Save(folder, path => NtmModelFile.Save(machine, path));
    }

    /// <summary>Writes an LSTM network.</summary>
    /// <param name="network">The network, of element type float32 or float64.</param>
    /// <param name="folder">The folder; created if it does not exist.</param>
    /// <exception cref="ObjectDisposedException">The network has been disposed; nothing is written.</exception>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public static void Save(LstmNetwork network, string folder)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ModelTensors.ThrowIfDisposed(network);
        Save(folder, path => LstmModelFile.Save(network, path));
    }

    private static void Save(string folder, Action<string> saveModel)
    {
        Directory.CreateDirectory(folder);
        saveModel(Path.Combine(folder, ModelFileName));
        AtomicFile.Write(Path.Combine(folder, ProgramFileName), stream =>
        {
            using var program = typeof(PyTorchExport).Assembly.GetManifestResourceStream(ProgramFileName)!;
            program.CopyTo(stream);
        });
    }
}
