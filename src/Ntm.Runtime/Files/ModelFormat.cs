using System.Globalization;
using Microsoft.Extensions.Options;

namespace Ntm.Core.Serialization;

/// <summary>
/// The common format of the files of all kinds of models: a safetensors file whose metadata has the kind under <c>format</c>, the
/// version of the format under <c>KIND.version</c> and the architecture as JSON under <c>KIND.options</c>.
/// </summary>
/// <param name="kind">The value of <c>format</c>, and the prefix of reserved keys.</param>
/// <param name="model">The kind of model in words, for messages.</param>
/// <param name="version">The version that is written, and the newest one that is read.</param>
/// <param name="validator">Checks the options that are read.</param>
internal sealed class ModelFormat<TOptions>(string kind, string model, int version, IValidateOptions<TOptions> validator)
    where TOptions : class
{
    private string VersionKey { get; } = ModelMetadata.VersionKey(kind);

    private string OptionsKey { get; } = ModelMetadata.OptionsKey(kind);

    /// <summary>Returns the metadata of a model's file.</summary>
    /// <param name="options">The architecture.</param>
    /// <param name="metadata">The caller's metadata.</param>
    /// <param name="own">Further metadata of the format, under keys that begin with the kind.</param>
    /// <exception cref="ArgumentException">A key of <paramref name="metadata"/> is reserved.</exception>
    public IReadOnlyDictionary<string, string> Header(TOptions options, IReadOnlyDictionary<string, string>? metadata, IReadOnlyDictionary<string, string>? own)
    {
        var header = new Dictionary<string, string>
        {
            [ModelMetadata.FormatKey] = kind,
            [VersionKey] = version.ToString(CultureInfo.InvariantCulture),
            [OptionsKey] = OptionsJson.Write(options),
        };
        foreach (var (key, value) in own ?? new Dictionary<string, string>())
            header[key] = value;
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
        {
            if (key == ModelMetadata.FormatKey || key.StartsWith($"{kind}.", StringComparison.Ordinal))
                throw new ArgumentException($"metadata has the key {key}, which is reserved; expected neither '{ModelMetadata.FormatKey}' nor '{kind}.…'.", nameof(metadata));
            header[key] = value;
        }

        return header;
    }

    /// <summary>Returns the options in a file.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="sourceName">The file's name, for messages.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not of this kind of model, or is from a newer version.</exception>
    public TOptions ReadOptions(SafeTensorsFile file, string sourceName)
    {
        var format = file.Metadata.GetValueOrDefault(ModelMetadata.FormatKey, "nothing");
        if (format != kind)
            throw new SafeTensorsFormatException(sourceName, $"metadata {ModelMetadata.FormatKey}", format, $"'{kind}', the format of {model}");
        var text = file.Metadata.GetValueOrDefault(VersionKey, "nothing");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            throw new SafeTensorsFormatException(sourceName, $"metadata {VersionKey}", text, "a version number");
        if (number > version)
            throw new SafeTensorsFormatException(sourceName, $"metadata {VersionKey}", text, $"at most {version}; the file was made by a newer version of this library");
        if (!file.Metadata.TryGetValue(OptionsKey, out var json))
            throw new SafeTensorsFormatException(sourceName, $"metadata {OptionsKey}", "nothing", "the model's options as JSON");
        return OptionsJson.Read(json, validator, sourceName, $"metadata {OptionsKey}");
    }
}
