using Ntm.Tasks;

namespace Ntm.Training.Steps;

/// <summary>The sequences of a training, in batches, with the dropout masks that belong to them.</summary>
/// <param name="task">The task.</param>
/// <param name="seed">The training's seed.</param>
/// <param name="dropout">The masks of the model's cells.</param>
internal sealed class TrainingData(SequenceTask task, int seed, DropoutSeeds dropout) : IDisposable
{
    private readonly BatchBuffer _batch = new(task);

    /// <summary>Returns a batch, in a buffer that is used again for the next one.</summary>
    /// <param name="first">The number of its first sequence in the training.</param>
    /// <param name="count">The number of its sequences.</param>
    public BatchBuffer Load(long first, int count)
    {
        _batch.Fill(SequenceSeeds.Training(seed), first, count);
        dropout.MoveTo(first);
        return _batch;
    }

    public void Dispose() => _batch.Dispose();
}
