using Ntm.Core.Interchange;

namespace Ntm.Core.Serialization;

/// <summary>
/// Saves and loads a machine: a safetensors file with the weights under the names of the cell's <c>state_dict</c> (such as
/// <c>controller.layers.0.weight_ih [4H, I + R * M]</c>, <c>read_heads.layer.weight</c>, <c>output.bias [O]</c>). The header's
/// metadata has the data to rebuild the model: <c>format = ntm</c>, <c>ntm.version = 1</c> and the architecture as JSON under
/// <c>ntm.options</c>. For an imported model (see <see cref="PyTorchImport"/>), <c>ntm.parts</c> names the project of its components. Saving is
/// atomic: an existing file stays until the new one is complete and on disk.
/// </summary>
public static class NtmModelFile
{
    /// <summary>The version of the format that this class writes, and the newest one that it reads.</summary>
    public const int Version = ModelFormats.NtmVersion;

    private static ModelFormat<NtmOptions> Format => ModelFormats.Ntm;

    /// <summary>Saves a machine.</summary>
    /// <param name="machine">The machine, of element type float32 or float64.</param>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="metadata">Application metadata stored in the header, such as the task; a key must not be <c>format</c> or begin with <c>ntm.</c></param>
    /// <exception cref="ArgumentException">A key of <paramref name="metadata"/> is reserved.</exception>
    /// <exception cref="ObjectDisposedException">The machine has been disposed; the file is unchanged.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(NeuralTuringMachine machine, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var parts = PyTorchProject.Of(machine.Cell) is { } project ? new Dictionary<string, string> { [ModelMetadata.PartsKey] = project.Name } : null;
        Format.Save(machine.Cell, machine.Cell.Settings, path, metadata, parts);
    }

    /// <summary>Rebuilds a machine from a file, in eval mode.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, is not a machine's, or is from a newer version.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NeuralTuringMachine Load(string path) => Load(path, parts: null);

    /// <summary>Rebuilds a machine with custom components from a file, in eval mode.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parts">The custom components that the machine was created with; <see langword="null"/> for none, or for the ones that the file
    /// names.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, is not a machine's, or is from a newer version.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NeuralTuringMachine Load(string path, NtmParts? parts) => Load(SafeTensorsFile.Load(path), path, parts);

    /// <summary>Rebuilds a machine from a file that has already been read, in eval mode.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="sourceName">The file's name, for messages.</param>
    /// <param name="parts">The custom components that the machine was created with; <see langword="null"/> for none.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not a machine's, or is from a newer version.</exception>
    public static NeuralTuringMachine Load(SafeTensorsFile file, string sourceName, NtmParts? parts)
    {
        ArgumentNullException.ThrowIfNull(file);
        var project = parts is null && file.Metadata.TryGetValue(ModelMetadata.PartsKey, out var name)
            ? PyTorchProject.Find(name) ?? throw new SafeTensorsFormatException(sourceName, $"metadata {ModelMetadata.PartsKey}", name, $"one of {string.Join(", ", PyTorchProject.Names)}")
            : null;
        var loaded = Format.Load(
            file, sourceName, Shapes, options => new NeuralTuringMachine(options, parts ?? project?.Parts(options), seed: 0), machine => machine.Cell);
        // A model's predictions must not depend on whether its user knows about dropout. A trainer sets the mode itself.
        loaded.eval();
        return loaded;

        (IEnumerable<TensorShape> Tensors, bool AreAll) Shapes(NtmOptions options)
        {
            if (project is null)
                return (ModelShapes.Of(options, Custom(parts)), parts is null);
            return project.Admits(options)
                ? (project.Shapes(options), true)
                : throw new SafeTensorsFormatException(sourceName, $"metadata {ModelMetadata.OptionsKey(ModelMetadata.Ntm)}", "options that parts of this kind do not support", $"those of an imported {project.Name} model");
        }
    }

    /// <summary>Tells which components are custom.</summary>
    internal static CustomParts Custom(NtmParts? parts) => new()
    {
        HasController = parts?.Controller is not null,
        HasReadHeads = parts?.ReadHeads is not null,
        HasWriteHeads = parts?.WriteHeads is not null,
        HasMemory = parts?.Memory is not null,
        ReadAddressing = parts?.ReadAddressing?.ParameterCount,
        WriteAddressing = parts?.WriteAddressing?.ParameterCount,
    };

    /// <summary>Loads a file's weights into a machine of the same architecture. On any error the machine is unchanged.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, or its tensors are not the machine's.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void LoadInto(NeuralTuringMachine machine, string path)
    {
        ArgumentNullException.ThrowIfNull(machine);
        Format.LoadInto(machine.Cell, path);
    }
}
