namespace Ntm.Core.Serialization;

/// <summary>The formats of model files.</summary>
internal static class ModelFormats
{
    /// <summary>The newest version of a Neural Turing Machine's format.</summary>
    public const int NtmVersion = 1;

    /// <summary>The newest version of an LSTM network's format.</summary>
    public const int LstmVersion = 1;

    public static ModelFormat<NtmOptions> Ntm { get; } = new(ModelMetadata.Ntm, "a Neural Turing Machine", NtmVersion, new NtmOptionsValidator());

    public static ModelFormat<LstmOptions> Lstm { get; } = new(ModelMetadata.Lstm, "an LSTM network", LstmVersion, new LstmOptionsValidator());
}
