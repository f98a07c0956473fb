namespace Ntm.Paper.Settings;

/// <summary>The optimizers.</summary>
internal enum OptimizerKind
{
    Adam,

    [System.Text.Json.Serialization.JsonStringEnumMemberName("rmsprop")]
    RmsProp,

    [System.Text.Json.Serialization.JsonStringEnumMemberName("graves-rmsprop")]
    GravesRmsProp,
}
