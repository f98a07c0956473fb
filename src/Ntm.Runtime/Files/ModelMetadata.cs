namespace Ntm.Core.Serialization;

/// <summary>
/// The metadata keys of model files, for programs that read a <see cref="SafeTensorsFile"/> without creating the model.
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

    /// <summary>The key of the project that the components of an imported machine come from. Only files of imported machines have it.</summary>
    public const string PartsKey = Ntm + ".parts";

    /// <summary>The key of the format's version, a whole number.</summary>
    /// <param name="format"><see cref="Ntm"/> or <see cref="Lstm"/>.</param>
    public static string VersionKey(string format) => $"{format}.version";

    /// <summary>The key of the architecture, the options as a JSON object.</summary>
    /// <param name="format"><see cref="Ntm"/> or <see cref="Lstm"/>.</param>
    public static string OptionsKey(string format) => $"{format}.options";
}
