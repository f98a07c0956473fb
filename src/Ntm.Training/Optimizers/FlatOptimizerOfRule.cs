using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ntm.Training.Optimizers;

/// <summary>The loop over flat buffers, compiled for each rule.</summary>
internal sealed class FlatOptimizer<TRule> : FlatOptimizer
    where TRule : struct, IUpdateRule<TRule>
{
    private readonly TRule _rule;
    private readonly float[][] _state;

    public FlatOptimizer(TRule rule, int count)
    {
        _rule = rule;
        _state = [.. Enumerable.Range(0, TRule.StateCount).Select(_ => new float[count])];
    }

    public override IReadOnlyList<float[]> State => _state;

    public override void Update(FlatParameters parameters, FlatGradient gradient, double learningRate, GradientClipping clipping)
    {
        Step++;
        var slopes = gradient.Values;
        var rule = _rule.ForStep(Step, learningRate);
        var clip = clipping.For(slopes);
        // A product with one would cost a tenth of the loop's time.
        if (clip.Scale == 1)
            UpdateAll(rule, parameters, slopes, new Bounded(new(clip.Bound)));
        else
            UpdateAll(rule, parameters, slopes, new ScaledAndBounded(new(clip.Scale), new(clip.Bound)));
    }

    public override void Dispose()
    {
    }

    private void UpdateAll<TClip>(TRule rule, FlatParameters parameters, ReadOnlySpan<float> slopes, TClip clip)
        where TClip : struct, IVectorClip
    {
        for (var i = 0; i < parameters.Segments.Count; i++)
        {
            var (_, offset, length) = parameters.Segments[i];
            Update(rule, parameters.Values(i), slopes.Slice(offset, length), StateAt(0, offset, length), StateAt(1, offset, length), StateAt(2, offset, length), clip);
        }
    }

    protected override void SetState(IReadOnlyList<float[]> state)
    {
        for (var i = 0; i < _state.Length; i++)
            state[i].CopyTo(_state[i], 0);
    }

    private Span<float> StateAt(int number, int offset, int length) => number < TRule.StateCount ? _state[number].AsSpan(offset, length) : default;

    /// <summary>Computes whole vectors in place, then the last few elements through vectors on the stack, so that the same code computes all
    /// elements.</summary>
    private static void Update<TClip>(
        TRule rule, Span<float> values, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, Span<float> third, TClip clip)
        where TClip : struct, IVectorClip
    {
        var whole = values.Length - values.Length % Vector<float>.Count;
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var slope = ref MemoryMarshal.GetReference(gradient);
        ref var state1 = ref MemoryMarshal.GetReference(first);
        ref var state2 = ref MemoryMarshal.GetReference(second);
        ref var state3 = ref MemoryMarshal.GetReference(third);
        for (var i = 0; i < whole; i += Vector<float>.Count)
            UpdateVector(rule, ref value, ref slope, ref state1, ref state2, ref state3, clip, (nuint)i);
        var rest = values.Length - whole;
        if (rest == 0)
            return;
        Span<float> all = stackalloc float[5 * Vector<float>.Count];
        var v = all[..Vector<float>.Count];
        var g = all.Slice(Vector<float>.Count, Vector<float>.Count);
        var s1 = all.Slice(2 * Vector<float>.Count, Vector<float>.Count);
        var s2 = all.Slice(3 * Vector<float>.Count, Vector<float>.Count);
        var s3 = all.Slice(4 * Vector<float>.Count, Vector<float>.Count);
        values[whole..].CopyTo(v);
        gradient[whole..].CopyTo(g);
        Tail(first, whole).CopyTo(s1);
        Tail(second, whole).CopyTo(s2);
        Tail(third, whole).CopyTo(s3);
        UpdateVector(
            rule, ref MemoryMarshal.GetReference(v), ref MemoryMarshal.GetReference(g), ref MemoryMarshal.GetReference(s1),
            ref MemoryMarshal.GetReference(s2), ref MemoryMarshal.GetReference(s3), clip, 0);
        v[..rest].CopyTo(values[whole..]);
        s1[..rest].CopyTo(Tail(first, whole));
        if (TRule.StateCount > 1)
            s2[..rest].CopyTo(Tail(second, whole));
        if (TRule.StateCount > 2)
            s3[..rest].CopyTo(Tail(third, whole));
    }

    /// <summary>Computes one vector at <paramref name="at"/>, which the caller has checked to be inside all spans that the rule uses. Inlined, like the
    /// rule: a call per eight elements costs as much as their arithmetic.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UpdateVector<TClip>(
        in TRule rule, ref float value, ref float gradient, ref float state1, ref float state2, ref float state3, in TClip clip, nuint at)
        where TClip : struct, IVectorClip
    {
        var before = Vector.LoadUnsafe(ref value, at);
        var clipped = clip.Of(Vector.LoadUnsafe(ref gradient, at));
        var s1 = Vector.LoadUnsafe(ref state1, at);
        var s2 = TRule.StateCount > 1 ? Vector.LoadUnsafe(ref state2, at) : default;
        var s3 = TRule.StateCount > 2 ? Vector.LoadUnsafe(ref state3, at) : default;
        var change = rule.Change(before, clipped, ref s1, ref s2, ref s3);
        (before + change).StoreUnsafe(ref value, at);
        s1.StoreUnsafe(ref state1, at);
        if (TRule.StateCount > 1)
            s2.StoreUnsafe(ref state2, at);
        if (TRule.StateCount > 2)
            s3.StoreUnsafe(ref state3, at);
    }

    private static Span<float> Tail(Span<float> state, int start) => state.IsEmpty ? state : state[start..];

    /// <summary>Clips a vector of the gradient; a struct, so that the loop is compiled for each way of clipping.</summary>
    private interface IVectorClip
    {
        Vector<float> Of(Vector<float> gradient);
    }

    private readonly struct Bounded(Vector<float> bound) : IVectorClip
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Of(Vector<float> gradient) => Vector.Max(Vector.Min(gradient, bound), -bound);
    }

    private readonly struct ScaledAndBounded(Vector<float> scale, Vector<float> bound) : IVectorClip
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Of(Vector<float> gradient) => Vector.Max(Vector.Min(gradient * scale, bound), -bound);
    }
}
