using Ntm.Core;

namespace Ntm.Benchmarks.Reports;

/// <summary>A batch of the copy task's shape for a machine: random bits, the second half of the steps masked in.</summary>
internal sealed class CopyBatch
{
    public CopyBatch(NtmOptions options, int steps, int batch)
    {
        (Steps, Batch) = (steps, batch);
        var random = new Random(1);
        Inputs = [.. Enumerable.Range(0, steps * batch * options.InputSize).Select(_ => (float)random.Next(2))];
        Targets = [.. Enumerable.Range(0, steps * batch * options.OutputSize).Select(_ => (float)random.Next(2))];
        Mask = [.. Enumerable.Range(0, steps * batch).Select(i => i / batch * 2 > steps ? 1f : 0f)];
    }

    public int Steps { get; }

    public int Batch { get; }

    public float[] Inputs { get; }

    public float[] Targets { get; }

    public float[] Mask { get; }

    public SequenceScore Compute(SequenceTrainingPass pass) => pass.Compute(Inputs, Targets, Mask, [], Steps, Batch);
}
