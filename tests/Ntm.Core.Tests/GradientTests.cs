using System.Runtime.InteropServices;
using Ntm.Core.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Core.Tests;

/// <summary>
/// Autograd's gradients of whole sequences against central differences in float64, every element of every parameter and of the
/// initial state. Steps of 1e-6 keep the error of curvature below 1e-7 relative even where the constant memory of 1e-6 makes the
/// cosine bend on a scale of 1e-4; rounding adds 1e-15 / 1e-6 = 1e-9 absolute. The bound of 1e-6 relative plus 1e-8 is ten times
/// that, and a wrong derivative is off by 1e-3 and more.
/// </summary>
public class GradientTests
{
    private const double Step = 1e-6;
    private const double RelativeTolerance = 1e-6;
    private const double AbsoluteTolerance = 1e-8;
    private const int Steps = 4;

    public static TheoryData<string> Configurations => [.. Machines.Configurations.Keys];

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Gradients_of_all_parameters_are_those_of_finite_differences(string configuration)
    {
        using var machine = Smallest(configuration);
        using var inputs = Machines.Inputs(machine.Options, 5, Steps, batch: 1);
        foreach (var (_, parameter) in machine.named_parameters())
            parameter.grad?.zero_();
        using (NewDisposeScope())
            Loss(machine, inputs, null).backward();

        foreach (var (name, parameter) in machine.named_parameters())
            Compare(name, parameter, parameter.grad, () => LossValue(machine, inputs, null));
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Gradients_of_the_initial_state_are_those_of_finite_differences(string configuration)
    {
        using var machine = Smallest(configuration);
        using var inputs = Machines.Inputs(machine.Options, 5, Steps, batch: 1);
        using var state = Machines.RandomState(machine.Options, 7, batch: 1);
        foreach (var (_, tensor) in AssertClose.Parts(state))
            tensor.requires_grad_();
        using (NewDisposeScope())
            Loss(machine, inputs, state).backward();

        foreach (var (name, tensor) in AssertClose.Parts(state))
            Compare(name, tensor, tensor.grad, () => LossValue(machine, inputs, state));
    }

    [Fact]
    public void Every_parameter_of_the_default_model_has_a_gradient()
    {
        using var machine = Smallest("defaults");
        using var scope = NewDisposeScope();
        Loss(machine, Machines.Inputs(machine.Options, 5, Steps, batch: 1), null).backward();
        foreach (var (name, parameter) in machine.named_parameters())
            Assert.True(parameter.grad is { } gradient && Numbers.Values(gradient).Any(v => Math.Abs(v) > 1e-9), name);
    }

    [Fact]
    public void A_detached_state_stops_gradients()
    {
        using var machine = Smallest("defaults");
        using var scope = NewDisposeScope();
        var inputs = Machines.Inputs(machine.Options, 5, Steps, batch: 1);
        var (_, state) = machine.forward(inputs);
        Assert.True(state.Memory.requires_grad);
        var detached = state.Detach();
        foreach (var ((name, original), (_, tensor)) in AssertClose.Parts(state).Zip(AssertClose.Parts(detached)))
        {
            Assert.False(tensor.requires_grad, name);
            AssertClose.SameBits(original, tensor, name);
        }

        // What only the initial state depends on gets no gradient any more.
        machine.forward(inputs, detached).Logits.sum().backward();
        var initial = machine.named_parameters().Where(p => p.name.Contains("initial", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(initial);
        Assert.All(initial, p => Assert.True(p.parameter.grad is null || Numbers.Values(p.parameter.grad).All(v => v == 0), p.name));
    }

    /// <summary>The smallest machine whose sizes all differ, because the differences need two forward passes per number.</summary>
    private static NeuralTuringMachine Smallest(string configuration) => Machines.Create(o =>
    {
        (o.InputSize, o.OutputSize, o.ControllerSize, o.MemoryLocations, o.MemoryWidth) = (2, 1, 2, 5, 2);
        Machines.Configurations[configuration](o);
    });

    /// <summary>A weighted sum of all that comes out, so that the gradient goes through all of it.</summary>
    private static Tensor Loss(NeuralTuringMachine machine, Tensor inputs, NtmState? state)
    {
        var (logits, final) = machine.forward(inputs, state);
        var loss = (logits * Numbers.Uniform(11, logits.shape)).sum();
        var seed = 12;
        foreach (var (_, tensor) in AssertClose.Parts(final))
            loss = loss + (tensor * Numbers.Uniform(seed++, tensor.shape)).sum();
        return loss;
    }

    private static double LossValue(NeuralTuringMachine machine, Tensor inputs, NtmState? state)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Numbers.Scalar(Loss(machine, inputs, state));
    }

    private static void Compare(string name, Tensor tensor, Tensor? gradient, Func<double> loss)
    {
        var analytic = gradient is null ? new double[tensor.numel()] : Numbers.Values(gradient);
        for (var i = 0; i < analytic.Length; i++)
        {
            var original = Elements(tensor)[i];
            Elements(tensor)[i] = original + Step;
            var above = loss();
            Elements(tensor)[i] = original - Step;
            var below = loss();
            Elements(tensor)[i] = original;
            var numeric = (above - below) / (2 * Step);
            var bound = RelativeTolerance * Math.Max(Math.Abs(numeric), Math.Abs(analytic[i])) + AbsoluteTolerance;
            Assert.True(Math.Abs(numeric - analytic[i]) <= bound, $"d/d{name}[{i}] is {analytic[i]:R}; differences give {numeric:R}");
        }
    }

    private static Span<double> Elements(Tensor tensor) => MemoryMarshal.Cast<byte, double>(tensor.bytes);
}
