using System.Text.Json.Serialization;

namespace Ntm.Paper.Settings;

/// <summary>The models that can be trained.</summary>
internal enum Architecture
{
    [JsonStringEnumMemberName("ntm-lstm")]
    NtmLstm,

    [JsonStringEnumMemberName("ntm-ff")]
    NtmFeedforward,

    [JsonStringEnumMemberName("ntm-gru")]
    NtmGru,

    [JsonStringEnumMemberName("lstm")]
    Lstm,
}

/// <summary>Groups of architectures.</summary>
internal static class Architectures
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Architecture> All { get; } = Enum.GetValues<Architecture>();

    /// <summary>The architectures that the paper compares; reports of its experiments have no others.</summary>
    public static IReadOnlyList<Architecture> OfPaper { get; } = [Architecture.NtmLstm, Architecture.NtmFeedforward, Architecture.Lstm];
}
