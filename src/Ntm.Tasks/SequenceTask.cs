using Ntm.Core;

namespace Ntm.Tasks;

/// <summary>
/// A task whose data are randomly drawn sequences: inputs, targets, and the steps that count. Sequence <c>i</c> of seed <c>s</c> is a
/// pure function of <c>(s, i)</c>: the same on every machine and thread, whatever was drawn before. Derive from it to define a
/// custom task: its sizes, a name, and <see cref="Draw(ref TaskRandom, SequenceBuffer)"/>. <see cref="DataTask"/> is the task of a data set.
/// </summary>
public abstract class SequenceTask
{
    /// <summary>The task's name, lower case with hyphens, as on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Width of an input vector, <c>I</c>.</summary>
    public abstract int InputSize { get; }

    /// <summary>Width of a target vector, <c>O</c>.</summary>
    public abstract int OutputSize { get; }

    /// <summary>The loss that a model is trained with and scored by. It also determines which targets are valid.</summary>
    /// <value>The default implementation returns <see cref="LossKind.BinaryCrossEntropy"/>.</value>
    public virtual LossKind Loss => LossKind.BinaryCrossEntropy;

    /// <summary>A function that computes the loss in place of <see cref="Loss"/>, which then only determines the valid targets and which of them count as
    /// wrong. Costs are reported in the function's own unit.</summary>
    /// <value>The default implementation returns the sum of the losses of the <see cref="ChannelGroups"/> if they have any, otherwise <see
    /// langword="null"/>.</value>
    public virtual LossFunction? LossFunction => GroupLosses.FunctionOf(this);

    /// <summary>The goal at which the task counts as solved.</summary>
    /// <value>
    /// By default: nothing wrong, and a mean cost per sequence of at most 0.01 bits (or squared units, see <see cref="Loss"/>), or
    /// proportionally more for bits or numbers on more than 8 channels. The tasks of the paper also allow more for longer sequences, see <see
    /// cref="TaskGoal"/>.
    /// </value>
    public virtual TaskGoal Goal => TaskGoal.Exact(Loss == LossKind.SoftmaxCrossEntropy ? 1 : OutputSize, 8);

    /// <summary>
    /// The parts of a target that are reported separately, in the order of their channels: every channel belongs to one group.
    /// </summary>
    /// <value>The default implementation returns one group with all channels.</value>
    public virtual IReadOnlyList<ChannelGroup> ChannelGroups => [new ChannelGroup("data", 0, OutputSize)];

    /// <summary>Returns the number of sequences in a part of the data. An evaluation uses no sequence twice, so it uses at most this many.</summary>
    /// <param name="part">The part.</param>
    /// <returns>The number; 0 if the data have no such part; <see langword="null"/> if there is no end of them, as for sequences that are generated, or if
    /// the number is not known.</returns>
    public virtual long? CountOf(DataPart part) => null;

    /// <summary>A text that is different for other data, which a checkpoint keeps; empty if the first sequences and the task's name tell the data
    /// apart.</summary>
    /// <value>The default implementation returns the empty text.</value>
    public virtual string Fingerprint => "";

    /// <summary>Draws batch <paramref name="index"/> of a seed: the sequences from number <c>index * batchSize</c>.</summary>
    /// <param name="seed">The seed of the stream of sequences; for a <see cref="DataTask"/> one of <see cref="SequenceStreams"/>.</param>
    /// <param name="index">The batch's index; at least 0.</param>
    /// <param name="batchSize">The number of sequences in the batch, <c>B</c>; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is below its bound.</exception>
    public SequenceBatch Batch(ulong seed, long index, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        using var buffer = new BatchBuffer(this);
        buffer.Fill(seed, checked(index * batchSize), batchSize);
        return buffer.ToTensors();
    }

    /// <summary>Computes the cost of the best possible predictions, summed over the sequences of a batch: in bits for the cross-entropies, in squared units
    /// for the squared error; 0 if every target that counts can be predicted.</summary>
    /// <param name="batch">Sequences of this task.</param>
    public virtual double OptimalCostSum(BatchBuffer batch) => 0;

    /// <summary>Draws one sequence.</summary>
    /// <remarks>
    /// The sequence is checked: inputs must be finite, targets valid for the <see cref="Loss"/>, and at least one step must count. Otherwise the caller gets
    /// an
    /// <see cref="InvalidOperationException"/> that names the task, sequence, step and channel.
    /// </remarks>
    /// <param name="random">The random numbers of the sequence; use no others.</param>
    /// <param name="sequence">Receives the sequence: call <see cref="SequenceBuffer.Begin"/> first, then write inputs and targets.</param>
    protected abstract void Draw(ref TaskRandom random, SequenceBuffer sequence);

    /// <summary>Draws a sequence of a stream and checks it.</summary>
    internal void Draw(ulong seed, long index, SequenceBuffer sequence, (ReferenceLoss Loss, int First, int Count)[] losses)
    {
        sequence.Clear();
        DrawUnchecked(seed, index, sequence);
        SequenceCheck.ThrowIfBad(this, sequence, losses, seed, index);
    }

    /// <summary>Returns the name of a sequence of a stream in messages.</summary>
    internal virtual string Place(ulong seed, long index) => $"sequence {index} of stream {seed}";

    private protected virtual void DrawUnchecked(ulong seed, long index, SequenceBuffer sequence)
    {
        var random = new TaskRandom(seed, index);
        Draw(ref random, sequence);
    }
}
