using System.Text.Json.Serialization;

namespace Ntm.Paper.Settings;

/// <summary>The architectures that the paper compares.</summary>
internal enum Architecture
{
    [JsonStringEnumMemberName("ntm-lstm")]
    NtmLstm,

    [JsonStringEnumMemberName("ntm-ff")]
    NtmFeedforward,

    [JsonStringEnumMemberName("lstm")]
    Lstm,
}
