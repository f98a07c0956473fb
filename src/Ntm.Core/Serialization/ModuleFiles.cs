using Ntm.Core.Internal;
using static TorchSharp.torch;

namespace Ntm.Core.Serialization;

/// <summary>Saves and loads torch modules in the files of a <see cref="ModelFormat{TOptions}"/>.</summary>
internal static class ModuleFiles
{
    /// <summary>Saves a model.</summary>
    /// <param name="format">The format.</param>
    /// <param name="module">The module with the weights.</param>
    /// <param name="options">The architecture.</param>
    /// <param name="path">The file.</param>
    /// <param name="metadata">The caller's metadata.</param>
    /// <param name="own">Further metadata of the format, under keys that begin with the kind.</param>
    /// <exception cref="ArgumentException">A key of <paramref name="metadata"/> is reserved.</exception>
    /// <exception cref="ObjectDisposedException">The module has been disposed.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save<TOptions>(
        this ModelFormat<TOptions> format, nn.Module module, TOptions options, string path, IReadOnlyDictionary<string, string>? metadata,
        IReadOnlyDictionary<string, string>? own = null)
        where TOptions : class
    {
        var header = format.Header(options, metadata, own);
        new SafeTensorsFile(ModelTensors.Read(module), header).Save(path);
    }

    /// <summary>Rebuilds a model.</summary>
    /// <param name="format">The format.</param>
    /// <param name="file">The file's content.</param>
    /// <param name="sourceName">The file's name, for messages.</param>
    /// <param name="shapes">Returns the tensors of a model with these options, and whether these are all.</param>
    /// <param name="create">Creates a model whose parameters will be overwritten.</param>
    /// <param name="weightsOf">Returns the module that the file's weights belong to.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not of this kind of model, or is from a newer version.</exception>
    public static TModel Load<TOptions, TModel>(
        this ModelFormat<TOptions> format, SafeTensorsFile file, string sourceName, Func<TOptions, (IEnumerable<TensorShape> Tensors, bool AreAll)> shapes,
        Func<TOptions, TModel> create, Func<TModel, nn.Module> weightsOf)
        where TOptions : class
        where TModel : nn.Module
    {
        var options = format.ReadOptions(file, sourceName);
        // Before any parameter is allocated: a small file must not make a huge model.
        var (tensors, areAll) = shapes(options);
        ExpectedTensors.Require(file, sourceName, tensors, areAll);
        // torch's default type may be one that no machine supports.
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

    /// <summary>Loads a file's weights into a module. On any error the module is unchanged.</summary>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, or its tensors are not the module's.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void LoadInto<TOptions>(this ModelFormat<TOptions> format, nn.Module module, string path)
        where TOptions : class
    {
        var file = SafeTensorsFile.Load(path);
        format.ReadOptions(file, path);
        ModelTensors.Write(module, file, path);
    }
}
