namespace Ntm.Runtime.Engine;

/// <summary>A group of samples that are computed in lockstep, the longest first.</summary>
/// <param name="samples">Their places in the batch.</param>
/// <param name="lengths">Their lengths, in the same order: not increasing.</param>
internal readonly ref struct SampleGroup(ReadOnlySpan<int> samples, ReadOnlySpan<int> lengths)
{
    public ReadOnlySpan<int> Samples { get; } = samples;

    public ReadOnlySpan<int> Lengths { get; } = lengths;

    /// <summary>The number of steps of the longest sample.</summary>
    public int Steps => Lengths[0];

    /// <summary>Returns the number of samples that have not ended at a step: the first ones.</summary>
    public int Active(int step)
    {
        var active = Lengths.Length;
        while (active > 0 && Lengths[active - 1] <= step)
            active--;
        return active;
    }
}
