namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>Random bits as inputs and targets, and a mask of the second half of each sequence.</summary>
internal sealed class TrainingData
{
    public TrainingData(NtmOptions options, int steps, int batch, bool mixedLengths = false, int seed = 1)
    {
        (Steps, Batch) = (steps, batch);
        var random = new Random(seed);
        float[] Bits(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(2))];
        Lengths = [.. Enumerable.Range(0, batch).Select(_ => mixedLengths ? random.Next(1, steps + 1) : steps)];
        Inputs = Bits(steps * batch * options.InputSize);
        Targets = Bits(steps * batch * options.OutputSize);
        Mask = [.. Enumerable.Range(0, steps * batch).Select(i => i / batch < Lengths[i % batch] && 2 * (i / batch) >= Lengths[i % batch] - 1 ? 1f : 0f)];
    }

    /// <summary>The sizes of a small machine with two read heads; no size is a multiple of a vector's eight floats.</summary>
    public static NtmOptions Options(int writeHeads) => new()
    {
        InputSize = 5,
        OutputSize = 9,
        ControllerSize = 20,
        MemoryLocations = 30,
        MemoryWidth = 7,
        ReadHeads = 2,
        WriteHeads = writeHeads,
        Memory = MemoryKind.Learned,
    };

    public int Steps { get; }

    public int Batch { get; }

    public int[] Lengths { get; }

    public float[] Inputs { get; }

    public float[] Targets { get; }

    public float[] Mask { get; }

    public SequenceScore Compute(SequenceTrainingPass pass, Span<float> logits = default) =>
        pass.Compute(Inputs, Targets, Mask, Lengths, Steps, Batch, logits);

    public SequenceScore Evaluate(SequenceTrainingPass pass, Span<float> logits = default) =>
        pass.Evaluate(Inputs, Targets, Mask, Lengths, Steps, Batch, logits);
}
