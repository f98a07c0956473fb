namespace Ntm.Runtime.Engine;

/// <summary>Samples that go through the steps in lockstep, the longest first.</summary>
/// <param name="samples">Their places in the batch.</param>
/// <param name="lengths">Their lengths, in the same order: not increasing.</param>
internal readonly ref struct SampleGroup(ReadOnlySpan<int> samples, ReadOnlySpan<int> lengths)
{
    public ReadOnlySpan<int> Samples { get; } = samples;

    public ReadOnlySpan<int> Lengths { get; } = lengths;

    /// <summary>Steps of the longest.</summary>
    public int Steps => Lengths[0];

    /// <summary>Samples that are not yet over at a step: the first ones.</summary>
    public int Active(int step)
    {
        var active = Lengths.Length;
        while (active > 0 && Lengths[active - 1] <= step)
            active--;
        return active;
    }
}
