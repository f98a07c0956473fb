namespace Ntm.Tasks;

/// <summary>The parts of the data of a task.</summary>
public enum DataPart
{
    /// <summary>The sequences that are trained on.</summary>
    Training,

    /// <summary>The sequences that decide when a training ends.</summary>
    Validation,

    /// <summary>The sequences that results are reported on.</summary>
    Test,
}
