using System.Globalization;

namespace Ntm.Core.Serialization;

/// <summary>
/// The format of a machine's state: a safetensors file with the tensors <c>memory [B, N, M]</c>, <c>reads [B, R, M]</c>, <c>read_weightings [B, R, N]</c>,
/// <c>write_weightings [B, K, N]</c>, and <c>controller.0</c>, <c>controller.1</c> and so on for the controller's, <c>[B, ...]</c>.
/// </summary>
internal static class StateFormat
{
    /// <summary>The newest version.</summary>
    public const int Version = 1;

    private const string Format = "ntm-state";
    private const string Controller = "controller.";

    private static readonly string[] Access = ["memory", "reads", "read_weightings", "write_weightings"];

    /// <summary>Returns the names of a state's tensors in the order of the state: the controller's first.</summary>
    /// <param name="controller">The number of the controller's tensors.</param>
    public static string[] Names(int controller) => [.. Enumerable.Range(0, controller).Select(ControllerName), .. Access];

    /// <summary>Returns the content of a state's file.</summary>
    /// <param name="tensors">The tensors by <see cref="Names"/>.</param>
    public static SafeTensorsFile File(IEnumerable<SafeTensor> tensors)
    {
        var metadata = new Dictionary<string, string>
        {
            [ModelMetadata.FormatKey] = Format,
            [ModelMetadata.VersionKey(Format)] = Version.ToString(CultureInfo.InvariantCulture),
        };
        return new SafeTensorsFile(tensors, metadata);
    }

    /// <summary>Returns the tensors of a state's file, in the order of <see cref="Names"/>.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="sourceName">The file's name, for messages.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not a state's, or is from a newer version.</exception>
    public static SafeTensor[] Tensors(SafeTensorsFile file, string sourceName)
    {
        CheckMetadata(file, sourceName);
        SafeTensor[] tensors = [.. Names(Math.Max(0, file.Tensors.Count - Access.Length)).Select(name => Find(file, sourceName, name))];
        CheckShapes(tensors, sourceName);
        return tensors;
    }

    private static string ControllerName(int index) => Controller + index.ToString(CultureInfo.InvariantCulture);

    private static void CheckMetadata(SafeTensorsFile file, string sourceName)
    {
        if (!file.Metadata.TryGetValue(ModelMetadata.FormatKey, out var format) || format != Format)
        {
            throw new SafeTensorsFormatException(
                sourceName, $"metadata {ModelMetadata.FormatKey}", format ?? "nothing", $"{Format}, a state of a Neural Turing Machine");
        }

        var key = ModelMetadata.VersionKey(Format);
        if (!file.Metadata.TryGetValue(key, out var text) || !int.TryParse(text, CultureInfo.InvariantCulture, out var version) || version is < 1 or > Version)
            throw new SafeTensorsFormatException(sourceName, $"metadata {key}", text ?? "nothing", $"a whole number of at most {Version}");
    }

    private static SafeTensor Find(SafeTensorsFile file, string sourceName, string name) => file.TryGetTensor(name, out var tensor)
        ? tensor
        : throw new SafeTensorsFormatException(
            sourceName, $"tensor {name}", $"nothing among {string.Join(", ", file.Tensors.Select(t => t.Name))}",
            $"{string.Join(", ", Access)} and {Controller}0, {Controller}1, ...");

    private static void CheckShapes(SafeTensor[] tensors, string sourceName)
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
            {
                throw new SafeTensorsFormatException(
                    sourceName, $"tensor {tensor.Name}", $"element type {tensor.DType}", "F32, F64 or BF16, the same for all tensors");
            }
        }

        void Require(SafeTensor tensor, string expected, bool holds)
        {
            if (!holds)
                throw new SafeTensorsFormatException(sourceName, $"tensor {tensor.Name}", $"shape {SafeTensor.ShapeText(tensor.Shape.AsSpan())}", expected);
        }
    }
}
