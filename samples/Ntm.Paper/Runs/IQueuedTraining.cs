namespace Ntm.Paper.Runs;

/// <summary>A training that a <see cref="TrainingQueue"/> runs.</summary>
internal interface IQueuedTraining
{
    /// <summary>Its folder.</summary>
    RunFolder Folder { get; }

    /// <summary>What it gave, if it needs no process any more: another program may have trained it meanwhile.</summary>
    TrainingSummary? Done();

    /// <summary>The program's arguments that begin it or go on with it, as its folder is now.</summary>
    IEnumerable<string> Arguments();
}
