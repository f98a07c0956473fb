namespace Ntm.Runtime;

/// <summary>The checks of arguments at the boundary; the engine trusts what passes them. Messages name the argument, the value and the expectation.</summary>
internal static class SequenceArguments
{
    /// <summary>Checks the arguments of a call for whole sequences.</summary>
    public static void Check(ReadOnlySpan<float> inputs, ReadOnlySpan<int> lengths, int steps, int batch, int inputSize, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        RequireLength(nameof(inputs), inputs.Length, (long)steps * batch * inputSize, "T * B * I");
        if (!lengths.IsEmpty)
            RequireLength(nameof(lengths), lengths.Length, batch, "B");
        for (var b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] < 1 || lengths[b] > steps)
                throw new ArgumentException($"lengths[{b}] is {lengths[b]}; expected 1 to {steps}, the number of steps.", nameof(lengths));
        }

        SequenceValues.CheckInputs(inputs, lengths, steps, batch);
    }

    /// <exception cref="ArgumentException">The number of elements is another one.</exception>
    public static void RequireLength(string argument, int actual, long expected, string meaning)
    {
        if (actual != expected)
            throw new ArgumentException($"{argument} has {actual} elements; expected {meaning} = {expected}.", argument);
    }

    /// <summary>Refuses a target in the memory of the inputs, which are still read when the first outputs are written.</summary>
    public static void RequireApart(ReadOnlySpan<float> inputs, ReadOnlySpan<float> target, string argument)
    {
        if (inputs.Overlaps(target))
            throw new ArgumentException($"{argument} shares memory with the inputs; expected memory of its own.", argument);
    }

    /// <summary>Returns the number of threads for a setting.</summary>
    public static int Threads(int threads) => threads == 0 ? Environment.ProcessorCount : threads;
}
