using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Tasks;

/// <summary>
/// A batch of sequences in managed memory, time-major and padded at the end: inputs <c>[T, B, I]</c>, targets <c>[T, B, O]</c>, mask
/// <c>[T, B]</c>. It is filled again for every batch and grows as needed.
/// </summary>
/// <remarks>Only the buffer of a <see cref="DataTask"/> over a stream of sequences has to be disposed: it holds the stream open.</remarks>
public sealed class BatchBuffer : IDisposable
{
    private readonly SequenceBuffer _sequence;
    private readonly (ReferenceLoss Loss, int First, int Count)[] _losses;
    private float[] _inputs = [];
    private float[] _targets = [];
    private float[] _mask = [];
    private int[] _lengths = [];

    /// <summary>Creates an empty buffer for the sequences of a task.</summary>
    /// <param name="task">The task.</param>
    /// <exception cref="ArgumentException">A width of the task is below 1.</exception>
    /// <exception cref="InvalidOperationException">The task's groups do not hold every channel once, in order, or only some of them have a loss.</exception>
    public BatchBuffer(SequenceTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (task.InputSize < 1 || task.OutputSize < 1)
            throw new ArgumentException($"The task {task.Name} has InputSize {task.InputSize} and OutputSize {task.OutputSize}; expected at least 1.", nameof(task));
        Task = task;
        _losses = GroupLosses.Of(task);
        _sequence = new SequenceBuffer(task.InputSize, task.OutputSize);
    }

    /// <summary>The task whose sequences the buffer holds.</summary>
    public SequenceTask Task { get; }

    /// <summary>The number of steps of the longest sequence, <c>T</c>.</summary>
    public int Steps { get; private set; }

    /// <summary>The number of sequences, <c>B</c>.</summary>
    public int BatchSize { get; private set; }

    /// <summary>The inputs, <c>[T, B, I]</c>.</summary>
    public ReadOnlySpan<float> Inputs => _inputs.AsSpan(0, Steps * BatchSize * Task.InputSize);

    /// <summary>The targets, <c>[T, B, O]</c>.</summary>
    public ReadOnlySpan<float> Targets => _targets.AsSpan(0, Steps * BatchSize * Task.OutputSize);

    /// <summary>The weights of the steps, <c>[T, B]</c>: 0 for a step that does not count, otherwise 1 or the weight that the task gives it.</summary>
    public ReadOnlySpan<float> Mask => _mask.AsSpan(0, Steps * BatchSize);

    /// <summary>The number of steps of each sequence, <c>[B]</c>; later steps are padding.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, BatchSize);

    /// <summary>Fills the buffer with the sequences <paramref name="first"/> to <c>first + batchSize - 1</c> of a seed.</summary>
    /// <param name="seed">The seed of the stream of sequences; for a <see cref="DataTask"/> one of <see cref="SequenceStreams"/>.</param>
    /// <param name="first">The first sequence's index in the stream; at least 0.</param>
    /// <param name="batchSize">The number of sequences, <c>B</c>; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is below its bound.</exception>
    /// <exception cref="InvalidOperationException">The task drew a sequence without a step that counts, an input that is not finite, or a target that is
    /// not valid for its loss. The message names the task, sequence, step, channel and value.</exception>
    /// <exception cref="InvalidDataException">A file of the task has a bad value; the message names file, tensor, sequence, step and value.</exception>
    public void Fill(ulong seed, long first, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        BatchSize = batchSize;
        Steps = 0;
        Grow(ref _lengths, batchSize, 0);
        for (var b = 0; b < batchSize; b++)
        {
            Task.Draw(seed, first + b, _sequence, _losses);
            Append(b);
        }
    }

    /// <summary>Computes the score of the batch by the task's loss, in double precision, over all channels or some.</summary>
    /// <param name="logits"><c>[T, B, O]</c>; the values of padding and of steps that do not count are ignored. A logit that is NaN is wrong.</param>
    /// <param name="group">The channels; <see langword="null"/> for all. The scores of all groups add up to the score of all channels.</param>
    /// <exception cref="ArgumentException"><paramref name="logits"/> does not have as many elements as the batch's targets.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The task does not have all channels of <paramref name="group"/>.</exception>
    public SequenceScore Score(ReadOnlySpan<float> logits, ChannelGroup? group = null)
    {
        var width = Task.OutputSize;
        group ??= new ChannelGroup("all", 0, width);
        if (logits.Length != Targets.Length)
            throw new ArgumentException($"logits has {logits.Length} elements; expected T * B * O = {Targets.Length}.", nameof(logits));
        if (group.First < 0 || group.Count < 1 || group.First > width - group.Count)
            throw new ArgumentOutOfRangeException(nameof(group), group, $"The task {Task.Name} has channels 0 to {width - 1}.");
        var score = default(SequenceScore);
        for (var b = 0; b < BatchSize; b++)
            score += ScoreOne(logits, b, group);
        return score;
    }

    /// <summary>Closes the stream of sequences that the buffer was filled from, if it is open. The buffer may be filled again.</summary>
    public void Dispose() => _sequence.Close();

    /// <summary>Returns the batch as tensors.</summary>
    /// <param name="device">The device of the tensors; <see langword="null"/> for the CPU.</param>
    public SequenceBatch ToTensors(Device? device = null)
    {
        using var scope = NewDisposeScope();
        Tensor Made(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
            tensor(values.ToArray(), shape, dtype: ScalarType.Float32, device: CPU).to(device ?? CPU).MoveToOuterDisposeScope();
        return new SequenceBatch(
            Made(Inputs, Steps, BatchSize, Task.InputSize), Made(Targets, Steps, BatchSize, Task.OutputSize), Made(Mask, Steps, BatchSize));
    }

    private SequenceScore ScoreOne(ReadOnlySpan<float> logits, int b, ChannelGroup group)
    {
        var (sum, wrong, counted) = (0.0, 0L, 0L);
        for (var t = 0; t < Lengths[b]; t++)
        {
            var row = t * BatchSize + b;
            if (Mask[row] == 0)
                continue;
            var place = row * Task.OutputSize;
            foreach (var (loss, first, count) in _losses)
            {
                // Channels of the group in this part; a part of its own loss is a whole by itself.
                var (start, end) = (Math.Max(group.First, first), Math.Min(group.First + group.Count, first + count));
                if (start >= end)
                    continue;
                var step = loss.Step(logits.Slice(place + first, count), Targets.Slice(place + first, count), start - first, end - start);
                (sum, wrong, counted) = (sum + Mask[row] * step.Loss, wrong + step.Wrong, counted + step.Counted);
            }
        }

        return new SequenceScore(group.Loss ?? Task.Loss, 1, sum, wrong, wrong == 0 ? 1 : 0, counted)
        {
            IsOfFunction = group.Loss is null && _losses.Length > 1,
        };
    }

    private void Append(int b)
    {
        var steps = _sequence.Steps;
        _lengths[b] = steps;
        if (steps > Steps)
        {
            // The rows are time-major: a longer sequence adds rows at the end, and the rows before keep their places.
            Extend(ref _inputs, steps, Task.InputSize);
            Extend(ref _targets, steps, Task.OutputSize);
            Extend(ref _mask, steps, 1);
            Steps = steps;
        }

        for (var t = 0; t < steps; t++)
        {
            var row = t * BatchSize + b;
            _sequence.Input(t).CopyTo(_inputs.AsSpan(row * Task.InputSize, Task.InputSize));
            _sequence.Target(t).CopyTo(_targets.AsSpan(row * Task.OutputSize, Task.OutputSize));
            _mask[row] = _sequence.Mask[t];
        }
    }

    private void Extend(ref float[] values, int steps, int width)
    {
        var used = checked(Steps * BatchSize * width);
        var needed = checked(steps * BatchSize * width);
        Grow(ref values, needed, used);
        Array.Clear(values, used, needed - used);
    }

    private static void Grow<T>(ref T[] values, int needed, int used)
    {
        if (values.Length >= needed)
            return;
        var larger = new T[Math.Max(needed, 2 * values.Length)];
        Array.Copy(values, larger, used);
        values = larger;
    }
}
