using static TorchSharp.torch;

namespace Ntm.Benchmarks.Soundness;

/// <summary>The start values of a training: the usual weights, or weights at the limits of float32 (those of the engine's tests).</summary>
internal sealed record StartValues(string Name, Action<string, Tensor> Change)
{
    public static StartValues Usual { get; } = new("usual", (_, _) => { });

    public static IReadOnlyList<StartValues> Adversarial { get; } =
    [
        Scaled(0),
        Scaled(1e-6),
        Scaled(4),
        Scaled(30),
        HeadBiases(20),
        HeadBiases(-20),
        HeadBiases(60),
        HeadBiases(-60),
        new("controller's biases of plus and minus 30", (name, values) =>
        {
            if (name.Contains("controller.layers.0.bias", StringComparison.Ordinal))
                values.copy_(arange(values.numel(), dtype: ScalarType.Float32).remainder(2).mul(60).sub(30).view_as(values));
        }),
        new("one-hot weightings, memory of zeros", (name, values) =>
        {
            if (name.Contains("initial_weightings", StringComparison.Ordinal))
                values.copy_(zeros_like(values).index_fill(-1, tensor(new[] { 0L }), 60));
            else if (name.Contains("memory", StringComparison.Ordinal))
                values.zero_();
        }),
    ];

    public void Apply(nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, values) in model.named_parameters())
            Change(name, values);
    }

    private static StartValues Scaled(double factor) =>
        new(FormattableString.Invariant($"all weights times {factor}"), (_, values) => values.mul_(factor));

    private static StartValues HeadBiases(double bias) => new(FormattableString.Invariant($"heads' biases of {bias}"), (name, values) =>
    {
        if (name.EndsWith("heads.layer.bias", StringComparison.Ordinal))
            values.fill_(bias);
    });
}
