using System.Globalization;

namespace Ntm.Core.Serialization;

/// <summary>
/// Saves and loads a state: a safetensors file with the tensors <c>memory [B, N, M]</c>, <c>reads [B, R, M]</c>, <c>read_weightings [B, R, N]</c>,
/// <c>write_weightings [B, K, N]</c>, and <c>controller.0</c>, <c>controller.1</c> and so on for the controller's, <c>[B, ...]</c>. The header's metadata has
/// <c>format = ntm-state</c> and <c>ntm-state.version = 1</c>. Saving is atomic: an existing file stays until the new one is complete and on disk.
/// </summary>
public static class NtmStateFile
{
    /// <summary>The version of the format that this class writes, and the newest one that it reads.</summary>
    public const int Version = 1;

    private const string Format = "ntm-state";
    private const string Controller = "controller.";

    private static readonly string[] Access = ["memory", "reads", "read_weightings", "write_weightings"];

    /// <summary>Saves a state. Its history is not saved: a loaded state has no gradient.</summary>
    /// <param name="state">The state, on any device.</param>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <exception cref="ObjectDisposedException">A tensor of the state has been disposed; the file is unchanged.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(NtmState state, string path)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentException.ThrowIfNullOrEmpty(path);
        string[] names = [.. Enumerable.Range(0, state.Controller.Length).Select(ControllerName), .. Access];
        var tensors = names.Zip(state.Tensors(), (name, tensor) => tensor.IsInvalid
            ? throw new ObjectDisposedException(nameof(state), $"The tensor {name} of the state has been disposed; expected a state that can be saved.")
            : SafeTensor.FromTensor(name, tensor));
        var metadata = new Dictionary<string, string>
        {
            [ModelMetadata.FormatKey] = Format,
            [ModelMetadata.VersionKey(Format)] = Version.ToString(CultureInfo.InvariantCulture),
        };
        new SafeTensorsFile(tensors, metadata).Save(path);
    }

    /// <summary>Loads a state to the CPU, with the element type that it was saved with.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, is not a state's, or is from a newer version; the message names the
    /// tensor.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NtmState Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = SafeTensorsFile.Load(path);
        CheckMetadata(file, path);
        var controller = file.Tensors.Count - Access.Length;
        SafeTensor[] tensors =
        [
            .. Enumerable.Range(0, Math.Max(0, controller)).Select(i => Find(file, path, ControllerName(i))), .. Access.Select(name => Find(file, path, name)),
        ];
        CheckShapes(tensors, path);
        return NtmState.Of([.. tensors.Select(t => t.ToTensor())]);
    }

    private static string ControllerName(int index) => Controller + index.ToString(CultureInfo.InvariantCulture);

    private static void CheckMetadata(SafeTensorsFile file, string path)
    {
        if (!file.Metadata.TryGetValue(ModelMetadata.FormatKey, out var format) || format != Format)
            throw new SafeTensorsFormatException(path, $"metadata {ModelMetadata.FormatKey}", format ?? "nothing", $"{Format}, a state of a Neural Turing Machine");
        var key = ModelMetadata.VersionKey(Format);
        if (!file.Metadata.TryGetValue(key, out var text) || !int.TryParse(text, CultureInfo.InvariantCulture, out var version) || version is < 1 or > Version)
            throw new SafeTensorsFormatException(path, $"metadata {key}", text ?? "nothing", $"a whole number of at most {Version}");
    }

    private static SafeTensor Find(SafeTensorsFile file, string path, string name) => file.TryGetTensor(name, out var tensor)
        ? tensor
        : throw new SafeTensorsFormatException(
            path, $"tensor {name}", $"nothing among {string.Join(", ", file.Tensors.Select(t => t.Name))}", $"{string.Join(", ", Access)} and {Controller}0, {Controller}1, ...");

    private static void CheckShapes(SafeTensor[] tensors, string path)
    {
        var (memory, reads, read, write) = (tensors[^4], tensors[^3], tensors[^2], tensors[^1]);
        Require(memory, "[B, N, M]", memory.Shape.Length == 3 && memory.Shape.All(size => size > 0));
        var (batch, locations, width) = (memory.Shape[0], memory.Shape[1], memory.Shape[2]);
        Require(reads, $"[{batch}, R, {width}]", reads.Shape is [var b0, > 0, var m] && b0 == batch && m == width);
        Require(read, $"[{batch}, {reads.Shape[1]}, {locations}]", read.Shape.AsSpan().SequenceEqual([batch, reads.Shape[1], locations]));
        Require(write, $"[{batch}, K, {locations}]", write.Shape is [var b1, > 0, var n] && b1 == batch && n == locations);
        foreach (var tensor in tensors)
        {
            Require(tensor, $"[{batch}, ...]", tensor.Shape.Length > 0 && tensor.Shape[0] == batch);
            if (tensor.DType != memory.DType || tensor.DType is not (SafeTensorsDType.F32 or SafeTensorsDType.F64 or SafeTensorsDType.BF16))
                throw new SafeTensorsFormatException(path, $"tensor {tensor.Name}", $"element type {tensor.DType}", "F32, F64 or BF16, the same for all tensors");
        }

        void Require(SafeTensor tensor, string expected, bool holds)
        {
            if (!holds)
                throw new SafeTensorsFormatException(path, $"tensor {tensor.Name}", $"shape {SafeTensor.ShapeText(tensor.Shape.AsSpan())}", expected);
        }
    }
}
