namespace Ntm.Runtime.Dropout;

/// <summary>
/// The dropout masks of a call. Whether a unit of the controller's output is dropped is a function of a seed, the number of its sequence, the step and the
/// unit, so that engine, threads, groups and chunks have no influence, and a mask can be computed again. The default value drops nothing.
/// </summary>
internal readonly struct DropoutMasks
{
    /// <summary>The words below this are dropped: <c>p 2^32</c>, rounded down.</summary>
    private readonly uint _threshold;

    /// <param name="rate">The probability that a unit is dropped, <c>p</c>; at least 0, below 1.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="first">The number of the call's first sequence; the others follow.</param>
    public DropoutMasks(double rate, ulong seed, long first)
    {
        _threshold = (uint)(rate * (1L << 32));
        (Scale, Seed, First) = (1 / (1 - rate), seed, first);
    }

    /// <summary>Whether units are dropped.</summary>
    public bool IsActive => Scale > 0;

    /// <summary>The factor of the units that are kept, <c>1 / (1 - p)</c>; 0 in the default value.</summary>
    public double Scale { get; }

    /// <summary>The seed: the generator's key.</summary>
    public ulong Seed { get; }

    /// <summary>The number of the call's first sequence.</summary>
    public long First { get; }

    /// <inheritdoc cref="_threshold"/>
    public uint Threshold => _threshold;

    /// <summary>Writes the mask of a step of a sequence.</summary>
    /// <param name="sample">The sequence's place in the call.</param>
    /// <param name="step">The step of the call.</param>
    /// <param name="mask">Receives 0 for units that are dropped, <paramref name="kept"/> for the others.</param>
    /// <param name="kept">The value for units that are kept.</param>
    public void Fill(int sample, int step, Span<float> mask, float kept)
    {
        var sequence = (ulong)(First + sample);
        for (var u = 0; u < mask.Length; u += 4)
        {
            // A word for each unit: four units share a counter.
            var (w0, w1, w2, w3) = Philox.Block(((uint)u / 4, (uint)step, (uint)sequence, (uint)(sequence >> 32)), Seed);
            mask[u] = Factor(w0, kept);
            if (u + 1 < mask.Length)
                mask[u + 1] = Factor(w1, kept);
            if (u + 2 < mask.Length)
                mask[u + 2] = Factor(w2, kept);
            if (u + 3 < mask.Length)
                mask[u + 3] = Factor(w3, kept);
        }
    }

    private float Factor(uint word, float kept) => word < _threshold ? 0 : kept;
}
