namespace Ntm.Runtime.Baseline;

/// <summary>Computes whole sequences of an LSTM network, group by group, on several threads. The groups depend on the batch alone.</summary>
/// <param name="weights">The network.</param>
/// <param name="inputs"><c>[T, B, I]</c></param>
/// <param name="logits"><c>[T, B, O]</c>; the steps of padding are not written.</param>
/// <param name="batch"><c>B</c></param>
/// <param name="lengths">The number of steps of each sequence.</param>
internal sealed unsafe class LstmRun(LstmWeights weights, float* inputs, float* logits, int batch, int[] lengths) : IParallelWork
{
    /// <summary>Computes all groups.</summary>
    public void Run(int threads) => new ParallelRunner().Run(this, (batch + LstmGroup.MostRows - 1) / LstmGroup.MostRows, threads);

    public void Execute(int piece, int slot)
    {
        var first = piece * LstmGroup.MostRows;
        var mine = lengths.AsSpan(first, Math.Min(LstmGroup.MostRows, batch - first));
        using var group = new LstmGroup(weights, mine.Length);
        group.Begin();
        var longest = 0;
        foreach (var length in mine)
            longest = Math.Max(longest, length);
        for (var t = 0; t < longest; t++)
        {
            // A sequence that has ended computes on from its last input, without an effect.
            for (var r = 0; r < mine.Length; r++)
                if (t < mine[r])
                    group.Load(r, inputs + ((nint)t * batch + first + r) * weights.Shape.Inputs);
            group.Step();
            for (var r = 0; r < mine.Length; r++)
                if (t < mine[r])
                    group.Save(r, logits + ((nint)t * batch + first + r) * weights.Shape.Outputs);
        }

        GC.KeepAlive(this);
    }
}
