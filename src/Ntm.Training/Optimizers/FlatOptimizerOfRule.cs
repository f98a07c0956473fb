using System.Numerics;

namespace Ntm.Training.Optimizers;

/// <summary>The loop over flat buffers, compiled for each rule.</summary>
internal sealed class FlatOptimizer<TRule> : FlatOptimizer
    where TRule : struct, IUpdateRule<TRule>
{
    private readonly float[][] _state;
    private readonly TRule _rule;

    public FlatOptimizer(TRule rule, int count)
    {
        _rule = rule;
        _state = [.. Enumerable.Range(0, rule.StateCount).Select(_ => new float[count])];
    }

    public override IReadOnlyList<float[]> State => _state;

    public override void Update(FlatParameters parameters, ReadOnlySpan<float> gradient, double learningRate, double clip)
    {
        Step++;
        var rule = _rule.ForStep(Step, learningRate);
        var bound = new Vector<float>((float)clip);
        for (var i = 0; i < parameters.Segments.Count; i++)
        {
            var (_, offset, length) = parameters.Segments[i];
            Update(rule, parameters.Values(i), gradient.Slice(offset, length), offset, bound);
        }
    }

    private void Update(TRule rule, Span<float> values, ReadOnlySpan<float> gradient, int offset, Vector<float> bound)
    {
        var length = values.Length;
        var first = _state[0].AsSpan(offset, length);
        var second = _state.Length > 1 ? _state[1].AsSpan(offset, length) : default;
        var third = _state.Length > 2 ? _state[2].AsSpan(offset, length) : default;
        var i = 0;
        for (; i + Vector<float>.Count <= length; i += Vector<float>.Count)
            Update(rule, values[i..], gradient[i..], first[i..], Rest(second, i), Rest(third, i), bound);
        if (i < length)
            UpdateTail(rule, values[i..], gradient[i..], first[i..], Rest(second, i), Rest(third, i), bound);
    }

    private static void Update(
        TRule rule, Span<float> values, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, Span<float> third, Vector<float> bound)
    {
        var clipped = Vector.Max(Vector.Min(new Vector<float>(gradient), bound), -bound);
        var s1 = new Vector<float>(first);
        var s2 = second.IsEmpty ? Vector<float>.Zero : new Vector<float>(second);
        var s3 = third.IsEmpty ? Vector<float>.Zero : new Vector<float>(third);
        var change = rule.Change(clipped, ref s1, ref s2, ref s3);
        (new Vector<float>(values) + change).CopyTo(values);
        s1.CopyTo(first);
        if (!second.IsEmpty)
            s2.CopyTo(second);
        if (!third.IsEmpty)
            s3.CopyTo(third);
    }

    /// <summary>The last few elements, through full vectors, so that they are computed by the same code.</summary>
    private static void UpdateTail(
        TRule rule, Span<float> values, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, Span<float> third, Vector<float> bound)
    {
        Span<float> v = stackalloc float[Vector<float>.Count];
        Span<float> g = stackalloc float[Vector<float>.Count];
        Span<float> s1 = stackalloc float[Vector<float>.Count];
        Span<float> s2 = stackalloc float[second.IsEmpty ? 0 : Vector<float>.Count];
        Span<float> s3 = stackalloc float[third.IsEmpty ? 0 : Vector<float>.Count];
        values.CopyTo(v);
        gradient.CopyTo(g);
        first.CopyTo(s1);
        second.CopyTo(s2);
        third.CopyTo(s3);
        Update(rule, v, g, s1, s2, s3, bound);
        v[..values.Length].CopyTo(values);
        s1[..first.Length].CopyTo(first);
        s2[..second.Length].CopyTo(second);
        s3[..third.Length].CopyTo(third);
    }

    private static Span<float> Rest(Span<float> state, int start) => state.IsEmpty ? state : state[start..];
}
