namespace Ntm.Core.Serialization;

/// <summary>
/// The keys that models' files have in their metadata, for who reads a <see cref="SafeTensorsFile"/> without making the model.
/// <c>NtmModelFile</c> and <c>LstmModelFile</c> write them.
/// </summary>
public static class ModelMetadata
{
    /// <summary>The key of the kind of model: <see cref="Ntm"/> or <see cref="Lstm"/>.</summary>
    public const string FormatKey = "format";

    /// <summary>The format of a Neural Turing Machine.</summary>
    public const string Ntm = "ntm";

    /// <summary>The format of an LSTM network.</summary>
    public const string Lstm = "lstm";

    /// <summary>The key of the project that the parts of an imported machine are from; only such a file has it.</summary>
    public const string PartsKey = Ntm + ".parts";

    /// <summary>The key of the format's version, a whole number.</summary>
    /// <param name="format"><see cref="Ntm"/> or <see cref="Lstm"/>.</param>
    public static string VersionKey(string format) => $"{format}.version";

    /// <summary>The key of the architecture, the options as a JSON object.</summary>
    /// <param name="format"><see cref="Ntm"/> or <see cref="Lstm"/>.</param>
    public static string OptionsKey(string format) => $"{format}.options";
}
