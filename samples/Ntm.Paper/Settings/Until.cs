using System.Text.Json.Serialization;

namespace Ntm.Paper.Settings;

/// <summary>When a training ends.</summary>
internal enum Until
{
    [JsonStringEnumMemberName("solved")]
    Solved,

    [JsonStringEnumMemberName("end")]
    End,
}
