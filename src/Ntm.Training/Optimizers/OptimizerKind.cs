using System.Text.Json.Serialization;

namespace Ntm.Training;

/// <summary>The optimizers.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba 2014), in torch's form.</summary>
    [JsonStringEnumMemberName("adam")]
    Adam,

    /// <summary>RMSprop with momentum, in torch's form (not centred).</summary>
    [JsonStringEnumMemberName("rmsprop")]
    RmsProp,

    /// <summary>The centred RMSprop with momentum of Graves 2013 (arXiv 1308.0850, section 4.2), which the paper trains with.</summary>
    [JsonStringEnumMemberName("graves-rmsprop")]
    GravesRmsProp,
}
