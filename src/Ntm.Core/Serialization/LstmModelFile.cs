namespace Ntm.Core.Serialization;

/// <summary>
/// Saves and loads an <see cref="LstmNetwork"/>: a safetensors file like that of <see cref="NtmModelFile"/>, with the weights under the names of
/// the network's <c>state_dict</c> (such as <c>layers.0.weight_ih [4H, I]</c>, <c>output.bias [O]</c>). The header's metadata has
/// <c>format = lstm</c>, <c>lstm.version = 1</c> and the architecture as JSON under <c>lstm.options</c>.
/// </summary>
public static class LstmModelFile
{
    /// <summary>The version of the format that this class writes, and the newest one that it reads.</summary>
    public const int Version = ModelFormats.LstmVersion;

    private static ModelFormat<LstmOptions> Format => ModelFormats.Lstm;

    /// <summary>Saves a network.</summary>
    /// <param name="network">The network, of element type float32 or float64.</param>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="metadata">Application metadata stored in the header, such as the task; a key must not be <c>format</c> or begin with <c>lstm.</c></param>
    /// <exception cref="ArgumentException">A key of <paramref name="metadata"/> is reserved.</exception>
    /// <exception cref="ObjectDisposedException">The network has been disposed; the file is unchanged.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(LstmNetwork network, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        Format.Save(network, network.Settings, path, metadata);
    }

    /// <summary>Rebuilds a network from a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, is not an LSTM network's, or is from a newer version.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LstmNetwork Load(string path) => Load(SafeTensorsFile.Load(path), path);

    /// <summary>Rebuilds a network from a file that has already been read.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="sourceName">The file's name, for messages.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not an LSTM network's, or is from a newer version.</exception>
    public static LstmNetwork Load(SafeTensorsFile file, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Format.Load(file, sourceName, options => (ModelShapes.Of(options), true), options => new LstmNetwork(options, seed: 0), network => network);
    }

    /// <summary>Loads a file's weights into a network of the same architecture. On any error the network is unchanged.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, or its tensors are not the network's.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void LoadInto(LstmNetwork network, string path)
    {
        ArgumentNullException.ThrowIfNull(network);
        Format.LoadInto(network, path);
    }
}
