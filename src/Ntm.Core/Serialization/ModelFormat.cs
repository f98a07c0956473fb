using System.Globalization;
using Microsoft.Extensions.Options;
using Ntm.Core.Internal;
using static TorchSharp.torch;

namespace Ntm.Core.Serialization;

/// <summary>
/// What the files of all kinds of models have in common: a safetensors file whose metadata names the kind under <c>format</c>, the
/// version of the format under <c>KIND.version</c> and the architecture as JSON under <c>KIND.options</c>.
/// </summary>
/// <param name="kind">The value of <c>format</c>, and what reserved keys begin with.</param>
/// <param name="model">The kind of model in words, for messages.</param>
/// <param name="version">The version that is written, and the newest that is read.</param>
/// <param name="validator">Checks the options that are read.</param>
internal sealed class ModelFormat<TOptions>(string kind, string model, int version, IValidateOptions<TOptions> validator)
    where TOptions : class
{
    private string VersionKey { get; } = ModelMetadata.VersionKey(kind);

    private string OptionsKey { get; } = ModelMetadata.OptionsKey(kind);

    /// <summary>Saves a model.</summary>
    /// <param name="module">Whose weights are saved.</param>
    /// <param name="options">The architecture.</param>
    /// <param name="path">The file.</param>
    /// <param name="metadata">The caller's.</param>
    /// <param name="own">More of the format's own, under keys that begin with the kind.</param>
    /// <exception cref="ArgumentException">A key of <paramref name="metadata"/> is reserved.</exception>
    /// <exception cref="ObjectDisposedException">The module has been disposed.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(nn.Module module, TOptions options, string path, IReadOnlyDictionary<string, string>? metadata, IReadOnlyDictionary<string, string>? own = null)
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

        new SafeTensorsFile(ModelTensors.Read(module), header).Save(path);
    }

    /// <summary>Rebuilds a model.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="sourceName">The file's name, for messages.</param>
    /// <param name="shapes">The tensors of a model of these options, and whether these are all.</param>
    /// <param name="create">Makes a model whose parameters will be overwritten.</param>
    /// <param name="weightsOf">The module whose weights the file has.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not of this kind of model, or from a newer version.</exception>
    public TModel Load<TModel>(
        SafeTensorsFile file, string sourceName, Func<TOptions, (IEnumerable<TensorShape> Tensors, bool AreAll)> shapes, Func<TOptions, TModel> create, Func<TModel, nn.Module> weightsOf)
        where TModel : nn.Module
    {
        var options = ReadOptions(file, sourceName);
        // Before any parameter is allocated: a small file must not make a huge model.
        var (tensors, areAll) = shapes(options);
        ModelTensors.Require(file, sourceName, tensors, areAll);
        // Whatever torch's default type is, which may be one that no machine has.
        var created = Fresh.Of(ScalarType.Float32, () => create(options));
        try
        {
            ModelTensors.Convert(created, file);
            ModelTensors.Write(weightsOf(created), file, sourceName);
            return created;
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }

    /// <summary>Loads a file's weights into a module. On any error the module stays as it was.</summary>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, or its tensors are not the module's.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void LoadInto(nn.Module module, string path)
    {
        var file = SafeTensorsFile.Load(path);
        ReadOptions(file, path);
        ModelTensors.Write(module, file, path);
    }

    private TOptions ReadOptions(SafeTensorsFile file, string sourceName)
    {
        var format = file.Metadata.GetValueOrDefault(ModelMetadata.FormatKey, "nothing");
        if (format != kind)
            throw new SafeTensorsFormatException(sourceName, $"metadata {ModelMetadata.FormatKey}", format, $"'{kind}', as the file of {model} has");
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
