using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Losses;

/// <summary>Every loss, as a tensor and by its definition, against torch's own losses. Sums of 7 x 5 steps; float64 rounds at 1e-16, float32 at 6e-8.</summary>
public sealed class LossParityTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<LossKind> Losses => [.. Enum.GetValues<LossKind>()];

    /// <summary>Widths around those of vectors, and one channel.</summary>
    public static TheoryData<LossKind, int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<LossKind, int, bool>();
            foreach (var loss in Enum.GetValues<LossKind>())
                foreach (var outputs in (int[])[1, 2, 7, 8, 9, 33])
                    foreach (var oneHot in (bool[])[false, true])
                        if (loss == LossKind.SoftmaxCrossEntropy || !oneHot)
                            cases.Add(loss, outputs, oneHot);
            return cases;
        }
    }

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_are_torchs(LossKind loss, int outputs, bool oneHot)
    {
        foreach (var (type, tolerance) in ((ScalarType, double)[])[(ScalarType.Float64, 1e-12), (ScalarType.Float32, 1e-5)])
        {
            var data = new LossData(loss, outputs, oneHot);
            var logits = data.LogitTensor(type).requires_grad_();
            var actual = SequenceLoss.Mean(logits, data.TargetTensor(type), data.MaskTensor(type), loss);
            actual.backward();
            var same = data.LogitTensor(ScalarType.Float64).requires_grad_();
            var expected = Torchs(loss, same, data.TargetTensor(ScalarType.Float64), data.MaskTensor(ScalarType.Float64), oneHot);
            expected.backward();
            Assert.Equal(type, actual.dtype);
            Assert.Equal(expected.ToDouble(), actual.to(ScalarType.Float64).ToDouble(), tolerance * (1 + expected.ToDouble()));
            var distance = (logits.grad!.to(ScalarType.Float64) - same.grad!).abs().max().ToDouble();
            Assert.True(distance <= tolerance, $"{distance:E2}");
            Assert.True(outputs == 1 && loss == LossKind.SoftmaxCrossEntropy || same.grad!.abs().max().ToDouble() > 0.01, "there is a gradient");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_score_is_that_of_the_definition_and_its_mean_is_the_loss(LossKind loss, int outputs, bool oneHot)
    {
        var data = new LossData(loss, outputs, oneHot);
        var expected = data.Reference();
        var actual = SequenceLoss.Score(data.LogitTensor(), data.TargetTensor(), data.MaskTensor(), loss);
        Assert.Equal(expected with { LossSum = 0 }, actual with { LossSum = 0 });
        Assert.Equal(expected.LossSum, actual.LossSum, 1e-5 * (1 + expected.LossSum));
        Assert.Equal(
            expected.MeanLoss,
            SequenceLoss.Mean(data.LogitTensor(ScalarType.Float64), data.TargetTensor(ScalarType.Float64), data.MaskTensor(ScalarType.Float64), loss).ToDouble(),
            1e-12 * (1 + expected.MeanLoss));
        var counted = data.Mask.Count(m => m != 0);
        Assert.Equal(loss == LossKind.SoftmaxCrossEntropy ? counted : counted * outputs, expected.CountSum);
        Assert.True(expected.WrongSum > 0 || (outputs == 1 && loss == LossKind.SoftmaxCrossEntropy), "something is wrong");
        Assert.True(expected.WrongSum < expected.CountSum, "something is right");
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_parts_of_neighbouring_channels_add_up_to_the_step(LossKind loss)
    {
        var data = new LossData(loss, 6);
        var form = ReferenceLoss.Of(loss);
        for (var row = 0; row < data.Mask.Length; row++)
        {
            float[] logits = data.Logits[(row * 6)..((row + 1) * 6)], targets = data.Targets[(row * 6)..((row + 1) * 6)];
            var whole = form.Step(logits, targets);
            for (var cut = 0; cut <= 6; cut++)
            {
                var (left, right) = (form.Step(logits, targets, 0, cut), form.Step(logits, targets, cut, 6 - cut));
                Assert.Equal(whole.Loss, left.Loss + right.Loss, 1e-12);
                Assert.Equal((whole.Wrong, whole.Counted), (left.Wrong + right.Wrong, left.Counted + right.Counted));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Valid_targets_are_valid_everywhere(LossKind loss)
    {
        var data = new LossData(loss, 5);
        var form = ReferenceLoss.Of(loss);
        Assert.Equal(-1, form.FirstInvalidTarget(data.Targets));
        Assert.All(Enumerable.Range(0, data.Mask.Length), row => Assert.Null(form.FaultOfStep(data.Targets.AsSpan(row * 5, 5))));
        SequenceValues.Check(form, new float[data.Mask.Length], data.Targets, data.Mask, [], LossData.Batch);
    }

    [Fact]
    public void Every_loss_has_a_name_in_files()
    {
        var json = new JsonSerializerOptions { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter<LossKind>() } };
        Assert.Equal(
            ["\"binary-cross-entropy\"", "\"softmax-cross-entropy\"", "\"squared-error\""], Enum.GetValues<LossKind>().Select(k => JsonSerializer.Serialize(k, json)));
    }

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy, "bits", "wrong bits")]
    [InlineData(LossKind.SoftmaxCrossEntropy, "bits", "wrong symbols")]
    [InlineData(LossKind.SquaredError, "squared units", "wrong values")]
    public void Every_loss_says_how_it_is_reported(LossKind loss, string unit, string wrong) =>
        Assert.Equal((loss, unit, wrong), (ReferenceLoss.Of(loss).Kind, ReferenceLoss.Of(loss).CostUnit, ReferenceLoss.Of(loss).WrongName));

    [Fact]
    public void A_loss_that_does_not_exist_is_refused()
    {
        const LossKind None = (LossKind)3;
        Tensor values = zeros(1, 1, 1), mask = ones(1, 1);
        using var machine = new NeuralTuringMachine(new NtmOptions { InputSize = 1, OutputSize = 1, ControllerSize = 4, MemoryLocations = 4, MemoryWidth = 2 });
        foreach (var call in new Action[]
        {
            () => ReferenceLoss.Of(None),
            () => SequenceLoss.Mean(values, values, mask, None),
            () => SequenceLoss.Score(values, values, mask, None),
            () => _ = new SequenceTrainingPass(machine, 1, None),
            () => SequenceTrainingPass.Obstacle(machine, None),
            () => machine.CreatePass(None),
        })
        {
            Assert.StartsWith("The loss is 3; expected a value of LossKind.", Assert.Throws<ArgumentOutOfRangeException>("kind", call).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Of the steps that count alone, flat: no mask is left that could hide a mistake in masking.</summary>
    private static Tensor Torchs(LossKind loss, Tensor logits, Tensor targets, Tensor mask, bool oneHot)
    {
        var counted = mask.ne(0).flatten().nonzero().squeeze(1);
        var outputs = logits.size(2);
        var (z, y, weight) = (logits.reshape(-1, outputs)[counted], targets.reshape(-1, outputs)[counted], mask.flatten()[counted]);
        var steps = loss switch
        {
            LossKind.BinaryCrossEntropy => nn.functional.binary_cross_entropy(z.sigmoid(), y, reduction: nn.Reduction.None).sum(dim: 1),
            LossKind.SoftmaxCrossEntropy when oneHot => nn.functional.cross_entropy(z, y.argmax(1), reduction: nn.Reduction.None),
            LossKind.SoftmaxCrossEntropy => nn.functional.cross_entropy(z, y, reduction: nn.Reduction.None),
            _ => nn.functional.mse_loss(z, y, nn.Reduction.None).sum(dim: 1),
        };
        return (steps * weight).sum() / logits.size(1);
    }
}
