using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Optimizers;

/// <summary>
/// Applies the rules to parameters that the CPU cannot access: state, gradient and change are flat tensors on the same device, on which torch operations
/// work in place. It takes a dozen launches for all elements, and one for each parameter.
/// </summary>
internal sealed class TensorOptimizer<TRule> : FlatOptimizer
    where TRule : struct, IUpdateRule<TRule>
{
    private readonly TRule _rule;
    private readonly Tensor[] _state;
    private readonly Tensor _gradient;
    private readonly Tensor _change;
    private readonly Tensor[] _changes;

    public TensorOptimizer(TRule rule, FlatParameters parameters)
    {
        _rule = rule;
        _state = [.. Enumerable.Range(0, TRule.StateCount).Select(_ => parameters.NewFlat())];
        (_gradient, _change) = (parameters.NewFlat(), parameters.NewFlat());
        _changes = parameters.Parts(_change);
    }

    /// <inheritdoc />
    /// <remarks>Copies, because only checkpoints use it.</remarks>
    public override IReadOnlyList<float[]> State => [.. _state.Select(s => new FlatGradient(s).Values.ToArray())];

    public override void Update(FlatParameters parameters, FlatGradient gradient, double learningRate, GradientClipping clipping)
    {
        Step++;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _gradient.copy_(gradient.Tensor ?? OnCpu(gradient.Values.ToArray()));
        clipping.Clip(_gradient);
        if (TRule.ReadsValues)
        {
            for (var i = 0; i < _changes.Length; i++)
                _changes[i].copy_(parameters[i]);
        }

        _rule.Change(_gradient, _state, _change, Step, learningRate);
        using Scalar one = 1;
        for (var i = 0; i < _changes.Length; i++)
            parameters[i].add_(_changes[i], one);
    }

    public override void Dispose()
    {
        foreach (var tensor in (Tensor[])[.. _state, .. _changes, _gradient, _change])
            tensor.Dispose();
    }

    protected override void SetState(IReadOnlyList<float[]> state)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        for (var i = 0; i < _state.Length; i++)
            _state[i].copy_(OnCpu(state[i]));
    }

    private static Tensor OnCpu(float[] values) => tensor(values, dtype: ScalarType.Float32, device: CPU);
}
