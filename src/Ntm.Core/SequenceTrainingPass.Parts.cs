namespace Ntm.Core;

/// <content>Some parts of a batch, for several processes.</content>
public sealed unsafe partial class SequenceTrainingPass
{
    private (int First, int End) _computed;
    private bool[] _members = [];

    /// <inheritdoc />
    public int PartLength => (_workspace as IPartialWorkspace)?.PartLength ?? 0;

    private void ForgetParts() => (_hasParts, _computed) = (false, default);

    private IPartialWorkspace Partial => _workspace as IPartialWorkspace
        ?? throw new NotSupportedException($"The pass computes on {_machine.Tensors[0].device}, which does not compute parts of a batch; expected the CPU.");

    /// <inheritdoc />
    public int PartsOf(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        return Partial.PartsOf(batch);
    }

    /// <inheritdoc />
    public void ComputeParts(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps, int batch, int first,
        Span<SequenceScore> scores)
    {
        using var usage = _gate.EnterAlone();
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var parts = Partial.PartsOf(batch);
        if (first < 0 || first > parts - scores.Length)
            throw new ArgumentOutOfRangeException(nameof(first), first, $"The batch has parts 0 to {parts - 1}; expected {scores.Length} of them.");
        (_call.FirstPart, _call.EndPart) = (first, first + scores.Length);
        try
        {
            Run(CallKind.Train, inputs, targets, mask, lengths, steps, batch, default);
        }
        finally
        {
            (_call.FirstPart, _call.EndPart) = (0, int.MaxValue);
        }

        for (var i = 0; i < scores.Length; i++)
            scores[i] = ScoreOf(first + i, mask, lengths);
        Partial.AddParts();
        _computed = (first, first + scores.Length);
        _hasParts = true;
    }

    /// <inheritdoc />
    public ReadOnlySpan<float> PartOf(int part)
    {
        using var usage = _gate.Enter();
        if (part < _computed.First || part >= _computed.End)
            throw new ArgumentOutOfRangeException(nameof(part), part, $"The last call computed the parts from {_computed.First} to before {_computed.End}.");
        return Partial.Part(part);
    }

    /// <inheritdoc />
    public bool Complete(ReadOnlySpan<float> sum)
    {
        using var usage = _gate.EnterAlone();
        using var use = _cell.Use();
        Require(nameof(sum), sum.Length, PartLength, "PartLength");
        if (!_hasParts)
            throw new InvalidOperationException($"No parts were computed since the last call of another kind; expected {nameof(ComputeParts)} first.");
        Partial.WriteGradient(sum, GradientStart);
        return FiniteCheck.AllFinite(GradientStart, _gradient.Length);
    }

    private SequenceScore ScoreOf(int part, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths)
    {
        if (_members.Length < _call.Batch)
            _members = new bool[_call.Batch];
        var members = _members.AsSpan(0, _call.Batch);
        Partial.Samples(part, members);
        var (sum, perfect) = Partial.SumOf(part);
        var counted = CountedSteps(mask, lengths, members);
        return new SequenceScore(Loss, members.Count(true), sum.Loss, sum.Wrong, perfect, (long)counted * _loss.Counted(_machine.Shape.Outputs));
    }
}
