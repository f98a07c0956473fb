using Ntm.Core.Tests.Engines.Cpu;

namespace Ntm.Core.Tests.Engines;

/// <summary>A training pass checks the values in its spans: 6 steps of 5 sequences.</summary>
public class SequenceValuesTests
{
    private const int Steps = 6;
    private const int Batch = 5;

    private static readonly NtmOptions Options = new()
    {
        InputSize = 7,
        OutputSize = 9,
        ControllerSize = 8,
        MemoryLocations = 6,
        MemoryWidth = 4,
    };

    public static TheoryData<float, string> NotFinite => new()
    {
        { float.NaN, "NaN" },
        { float.PositiveInfinity, "Infinity" },
        { float.NegativeInfinity, "-Infinity" },
    };

    public static TheoryData<float, string> OutsideUnit => new()
    {
        { 5, "5" },
        { -3, "-3" },
        { 1.0000001f, "1.0000001" },
        { float.NaN, "NaN" },
    };

    [Theory]
    [MemberData(nameof(NotFinite))]
    public void An_input_that_is_not_finite_is_refused_by_place_and_value(float value, string shown) => Refused(
        "inputs", $"inputs is {shown} at step 2, sequence 3, channel 4; expected a finite number.",
        data => data.Inputs[(2 * Batch + 3) * Options.InputSize + 4] = value);

    [Theory]
    [MemberData(nameof(NotFinite))]
    public void A_weight_that_is_not_finite_is_refused_by_place_and_value(float value, string shown) => Refused(
        "mask", $"mask is {shown} at step 2, sequence 3; expected a finite number.", data => data.Mask[2 * Batch + 3] = value);

    [Theory]
    [MemberData(nameof(OutsideUnit))]
    public void A_target_outside_0_to_1_is_refused_by_place_and_value(float value, string shown) => Refused(
        "targets", $"targets is {shown} at step 2, sequence 3, channel 8; expected 0 to 1.",
        data => data.Targets[(2 * Batch + 3) * Options.OutputSize + 8] = value);

    [Fact]
    public void Padding_and_targets_of_weight_0_may_hold_anything()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        using var pass = new SequenceTrainingPass(machine, 1);
        var data = new TrainingData(Options, 9, 10, mixedLengths: true);
        var cost = data.Compute(pass);
        var gradient = pass.Gradient.ToArray();
        var (padded, unweighted) = (0, 0);
        for (var row = 0; row < data.Mask.Length; row++)
        {
            var isPadding = row / data.Batch >= data.Lengths[row % data.Batch];
            if (!isPadding && data.Mask[row] != 0)
                continue;
            data.Targets.AsSpan(row * Options.OutputSize, Options.OutputSize).Fill(row % 2 == 0 ? float.NaN : -100);
            if (isPadding)
            {
                data.Inputs.AsSpan(row * Options.InputSize, Options.InputSize).Fill(float.PositiveInfinity);
                data.Mask[row] = float.NaN;
            }

            _ = isPadding ? padded++ : unweighted++;
        }

        Assert.True(padded > 5 && unweighted > 5, "both occur");
        Assert.Equal(cost, data.Compute(pass));
        Assert.Equal(gradient, pass.Gradient.ToArray());
        Assert.Equal(cost, data.Evaluate(pass));
    }

    [Fact]
    public void A_refused_call_leaves_the_gradient()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        using var pass = new SequenceTrainingPass(machine, 1);
        var data = new TrainingData(Options, Steps, Batch);
        data.Compute(pass);
        var gradient = pass.Gradient.ToArray();
        data.Inputs[0] = float.NaN;
        Assert.Throws<ArgumentException>("inputs", () => data.Compute(pass));
        Assert.Equal(gradient, pass.Gradient.ToArray());
    }

    private static void Refused(string argument, string message, Action<TrainingData> fault)
    {
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        using var pass = new SequenceTrainingPass(machine, 1);
        var data = new TrainingData(Options, Steps, Batch);
        data.Mask.AsSpan().Fill(1);
        using var gradient = TorchSharp.torch.zeros(pass.Gradient.Length, dtype: TorchSharp.torch.float32);
        fault(data);
        Action[] calls =
        [
            () => data.Compute(pass),
            () => data.Evaluate(pass),
            () => pass.ComputeInto(gradient, data.Inputs, data.Targets, data.Mask, [], Steps, Batch),
        ];
        foreach (var call in calls)
            Assert.StartsWith(message, Assert.Throws<ArgumentException>(argument, call).Message, StringComparison.Ordinal);
    }
}
