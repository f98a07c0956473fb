using System.Globalization;
using Ntm.Core.Serialization;
using Ntm.Runtime.Baseline;

namespace Ntm.Runtime;

/// <summary>The format of an LSTM network's state: a safetensors file with the tensors <c>h</c> and <c>c</c>, each <c>[L, B, H]</c> like torch's.</summary>
internal static class LstmStateFormat
{
    private const int Version = 1;
    private const string Format = "lstm-state";
    private const string H = "h";
    private const string C = "c";

    /// <summary>Returns space for the tensors of a state.</summary>
    public static (StateTensorData H, StateTensorData C) New(LstmShape shape, int batch) =>
        (new StateTensorData(H, shape.Layers, batch, shape.Units), new StateTensorData(C, shape.Layers, batch, shape.Units));

    /// <summary>Returns the content of a state's file.</summary>
    public static SafeTensorsFile File(SafeTensor h, SafeTensor c) => new([h, c], new Dictionary<string, string>
    {
        [ModelMetadata.FormatKey] = Format,
        [ModelMetadata.VersionKey(Format)] = Version.ToString(CultureInfo.InvariantCulture),
    });

    /// <summary>Returns the tensors of a state's file.</summary>
    /// <exception cref="SafeTensorsFormatException">The content is not a state's of a network with this shape, or is from a newer version.</exception>
    public static (SafeTensor H, SafeTensor C) Tensors(SafeTensorsFile file, string sourceName, LstmShape shape)
    {
        var format = file.Metadata.GetValueOrDefault(ModelMetadata.FormatKey, "nothing");
        if (format != Format)
            throw new SafeTensorsFormatException(sourceName, $"metadata {ModelMetadata.FormatKey}", format, $"{Format}, a state of an LSTM network");
        var key = ModelMetadata.VersionKey(Format);
        var text = file.Metadata.GetValueOrDefault(key, "nothing");
        if (!int.TryParse(text, CultureInfo.InvariantCulture, out var version) || version is < 1 or > Version)
            throw new SafeTensorsFormatException(sourceName, $"metadata {key}", text, $"a whole number of at most {Version}");
        // The batch of any tensor: what differs from it is refused by name.
        var batch = file.Tensors.Count > 0 && file.Tensors[0].Shape is [_, > 0, _] ? file.Tensors[0].Shape[1] : 1;
        var expected = ((string[])[H, C]).Select(name => (new TensorShape(name, shape.Layers, batch, shape.Units), SafeTensorsDType.F32));
        ExpectedTensors.Check(file, sourceName, [.. expected], areAll: true);
        file.TryGetTensor(H, out var h);
        file.TryGetTensor(C, out var c);
        ModelTensorCheck.RequireFinite(h!, sourceName);
        ModelTensorCheck.RequireFinite(c!, sourceName);
        return (h!, c!);
    }
}
