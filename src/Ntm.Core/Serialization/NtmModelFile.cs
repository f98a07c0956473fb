using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Serialization;

/// <summary>
/// A machine on disk: a safetensors file with the weights under the names of the cell's <c>state_dict</c> (such as
/// <c>controller.layers.0.weight_ih [4H, I + R * M]</c>, <c>read_heads.layer.weight</c>, <c>output.bias [O]</c>) and, in the header's
/// metadata, what it takes to rebuild the model: <c>format = ntm</c>, <c>ntm.version = 1</c> and the architecture as JSON under
/// <c>ntm.options</c>. Written atomically: what was there before stays until the new file is whole and on disk.
/// </summary>
public static class NtmModelFile
{
    /// <summary>The version of the format that this code writes, and the newest that it reads.</summary>
    public const int Version = 1;

    private const string FormatKey = "format";
    private const string Format = "ntm";
    private const string ReservedPrefix = "ntm.";
    private const string VersionKey = ReservedPrefix + "version";
    private const string OptionsKey = ReservedPrefix + "options";

    /// <summary>Saves a machine.</summary>
    /// <param name="machine">The machine, of element type float32 or float64.</param>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="metadata">More to keep in the header, such as the task it was trained on; keys may not be <c>format</c> nor begin with <c>ntm.</c></param>
    /// <exception cref="ArgumentException">A key of <paramref name="metadata"/> is reserved.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(NeuralTuringMachine machine, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var header = new Dictionary<string, string>
        {
            [FormatKey] = Format,
            [VersionKey] = Version.ToString(CultureInfo.InvariantCulture),
            [OptionsKey] = NtmOptionsJson.Write(machine.Cell.Settings),
        };
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
        {
            if (key == FormatKey || key.StartsWith(ReservedPrefix, StringComparison.Ordinal))
                throw new ArgumentException($"metadata has the key {key}, which is reserved; expected neither '{FormatKey}' nor '{ReservedPrefix}…'.", nameof(metadata));
            header[key] = value;
        }

        new SafeTensorsFile(ModelTensors.Read(machine.Cell), header).Save(path);
    }

    /// <summary>Rebuilds a machine from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parts">The parts of one's own that the machine was made with; <see langword="null"/> for none.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, not a machine's, or from a newer version.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NeuralTuringMachine Load(string path, NtmParts? parts = null) => Load(SafeTensorsFile.Load(path), path, parts);

    /// <summary>Rebuilds a machine from a file that has been read already.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="sourceName">The file's name, for messages.</param>
    /// <param name="parts">The parts of one's own that the machine was made with; <see langword="null"/> for none.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not a machine's, or from a newer version.</exception>
    public static NeuralTuringMachine Load(SafeTensorsFile file, string sourceName, NtmParts? parts = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var options = ReadOptions(file, sourceName);
        var elements = file.Tensors.Sum(t => t.Data.Length) / 4L;
        // Before any parameter is allocated: a small file must not make a huge model.
        if (parts is null && options.ParameterCount() > elements)
        {
            throw new SafeTensorsFormatException(sourceName, $"metadata {OptionsKey}",
                $"a model of {options.ParameterCount()} parameters", $"one that fits the {elements} numbers in the file");
        }

        var machine = new NeuralTuringMachine(options, parts, seed: 0);
        try
        {
            if (file.Tensors.Count > 0 && file.Tensors[0].DType == SafeTensorsDType.F64)
                machine.to(ScalarType.Float64);
            ModelTensors.Write(machine.Cell, file, sourceName);
            return machine;
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    /// <summary>Loads a file's weights into a machine of the same architecture. On any error the machine stays as it was.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, or its tensors are not the machine's.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void LoadInto(NeuralTuringMachine machine, string path)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var file = SafeTensorsFile.Load(path);
        ReadOptions(file, path);
        ModelTensors.Write(machine.Cell, file, path);
    }

    private static NtmOptions ReadOptions(SafeTensorsFile file, string sourceName)
    {
        var format = file.Metadata.GetValueOrDefault(FormatKey, "nothing");
        if (format != Format)
            throw new SafeTensorsFormatException(sourceName, $"metadata {FormatKey}", format, $"'{Format}', as a machine's file has");
        var version = file.Metadata.GetValueOrDefault(VersionKey, "nothing");
        if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            throw new SafeTensorsFormatException(sourceName, $"metadata {VersionKey}", version, "a version number");
        if (number > Version)
            throw new SafeTensorsFormatException(sourceName, $"metadata {VersionKey}", version, $"at most {Version}; the file was made by a newer version of this library");
        if (!file.Metadata.TryGetValue(OptionsKey, out var json))
            throw new SafeTensorsFormatException(sourceName, $"metadata {OptionsKey}", "nothing", "the model's options as JSON");
        return NtmOptionsJson.Read(json, sourceName, $"metadata {OptionsKey}");
    }
}
