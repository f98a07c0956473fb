namespace Ntm.Tasks.Tests.Support;

/// <summary>One sequence of a task as rows of numbers.</summary>
internal sealed class Drawn
{
    private Drawn(BatchBuffer buffer)
    {
        Steps = buffer.Steps;
        Inputs = Rows(buffer.Inputs, buffer.Task.InputSize);
        Targets = Rows(buffer.Targets, buffer.Task.OutputSize);
        Mask = buffer.Mask.ToArray();
    }

    public int Steps { get; }

    public float[][] Inputs { get; }

    public float[][] Targets { get; }

    public float[] Mask { get; }

    /// <summary>The first <paramref name="count"/> sequences of a seed.</summary>
    public static IEnumerable<Drawn> Sequences(SequenceTask task, int count, ulong seed = 11)
    {
        var buffer = new BatchBuffer(task);
        for (var i = 0; i < count; i++)
        {
            buffer.Fill(seed, i, 1);
            yield return new Drawn(buffer);
        }
    }

    private static float[][] Rows(ReadOnlySpan<float> values, int width)
    {
        var rows = new float[values.Length / width][];
        for (var r = 0; r < rows.Length; r++)
            rows[r] = values.Slice(r * width, width).ToArray();
        return rows;
    }
}
