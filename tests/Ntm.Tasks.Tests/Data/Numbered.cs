using Ntm.Core;

namespace Ntm.Tasks.Tests.Data;

/// <summary>Sequences whose first input is their number, so that a test sees which of them was read.</summary>
internal static class Numbered
{
    /// <summary>A sequence of some steps: the inputs are its number and the step, the target is the step's parity.</summary>
    public static Sequence Of(int number, int steps) => new(
        [.. Enumerable.Range(0, steps).Select(t => (float[])[number, t])], [.. Enumerable.Range(0, steps).Select(t => (float[])[t % 2])]);

    public static Sequence[] Many(int count, Func<int, int>? steps = null) => [.. Enumerable.Range(0, count).Select(i => Of(i, steps?.Invoke(i) ?? 1 + i % 3))];

    /// <summary>The numbers of the sequences of a stream, as batches read them.</summary>
    public static int[] Read(SequenceTask task, ulong stream, long first, int count, int batchSize = 7)
    {
        var numbers = new List<int>();
        using var buffer = new BatchBuffer(task);
        for (long i = first; i < first + count; i += batchSize)
        {
            buffer.Fill(stream, i, (int)Math.Min(batchSize, first + count - i));
            for (var b = 0; b < buffer.BatchSize; b++)
                numbers.Add((int)buffer.Inputs[2 * b]);
        }

        return [.. numbers];
    }

    public static ulong Training(int seed = 1) => SequenceStreams.Of(seed, DataPart.Training);

    public static ulong Validation(int seed = 1) => SequenceStreams.Of(seed, DataPart.Validation);

    public static ulong Test(int seed = 1) => SequenceStreams.Of(seed, DataPart.Test);

    /// <summary>Options that hold nothing out.</summary>
    public static DataTaskOptions All(Action<DataTaskOptions>? change = null)
    {
        var options = new DataTaskOptions { ValidationShare = 0, Loss = LossKind.BinaryCrossEntropy };
        change?.Invoke(options);
        return options;
    }
}
