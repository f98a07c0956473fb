namespace Ntm.Paper.Runs;

/// <summary>Is told what becomes of the trainings of a <see cref="TrainingQueue"/>, one at a time.</summary>
/// <typeparam name="T">The trainings.</typeparam>
internal interface IQueueObserver<in T>
{
    /// <summary>It begins.</summary>
    void Begins(T training);

    /// <summary>It cannot begin yet: another process is training in its folder.</summary>
    void Waits(T training);

    /// <summary>It has ended, finished or interrupted.</summary>
    void Ended(T training, TrainingSummary summary);

    /// <summary>It has failed; the others go on.</summary>
    void Failed(T training, string reason);
}
