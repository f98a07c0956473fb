using static TorchSharp.torch;

namespace Ntm.Core.Tests.Losses;

/// <summary>Random logits, valid targets and weights of a loss, of which one in three is 0 and the others are not all 1.</summary>
internal sealed class LossData
{
    public const int Steps = 7;
    public const int Batch = 5;

    public LossData(LossKind loss, int outputs, bool oneHot = false, int seed = 3)
    {
        (Loss, Outputs) = (loss, outputs);
        var random = new Random(seed);
        Logits = Draw(Steps * Batch * outputs, () => 6 * random.NextSingle() - 3);
        Mask = Draw(Steps * Batch, () => random.Next(3) switch { 0 => 0, 1 => 1, _ => 0.25f + random.NextSingle() });
        Targets = Draw(Steps * Batch * outputs, () => loss == LossKind.SquaredError ? 6 * random.NextSingle() - 3 : random.NextSingle());
        if (loss != LossKind.SoftmaxCrossEntropy)
            return;
        for (var row = 0; row < Mask.Length; row++)
        {
            var step = Targets.AsSpan(row * outputs, outputs);
            var sum = step.ToArray().Sum();
            var symbol = random.Next(outputs);
            for (var o = 0; o < outputs; o++)
            {
                step[o] = oneHot ? (o == symbol ? 1 : 0) : step[o] / sum;
                // Among many symbols chance is seldom right.
                if (row % 2 == 0)
                    Logits[row * outputs + o] = 5 * step[o];
            }
        }
    }

    public LossKind Loss { get; }

    public int Outputs { get; }

    public float[] Logits { get; }

    public float[] Targets { get; }

    public float[] Mask { get; }

    public Tensor LogitTensor(ScalarType? type = null) => tensor(Logits, [Steps, Batch, Outputs], dtype: ScalarType.Float32, device: CPU).to(type ?? ScalarType.Float32);

    public Tensor TargetTensor(ScalarType? type = null) => tensor(Targets, [Steps, Batch, Outputs], dtype: ScalarType.Float32, device: CPU).to(type ?? ScalarType.Float32);

    public Tensor MaskTensor(ScalarType? type = null) => tensor(Mask, [Steps, Batch], dtype: ScalarType.Float32, device: CPU).to(type ?? ScalarType.Float32);

    /// <summary>The score by the definition, step by step.</summary>
    public SequenceScore Reference()
    {
        var loss = ReferenceLoss.Of(Loss);
        var total = default(SequenceScore);
        for (var b = 0; b < Batch; b++)
        {
            var score = new SequenceScore(Loss, 1, 0, 0, 0, 0);
            for (var t = 0; t < Steps; t++)
            {
                var row = t * Batch + b;
                if (Mask[row] == 0)
                    continue;
                var step = loss.Step(Logits.AsSpan(row * Outputs, Outputs), Targets.AsSpan(row * Outputs, Outputs));
                score = score with { LossSum = score.LossSum + Mask[row] * step.Loss, WrongSum = score.WrongSum + step.Wrong, CountSum = score.CountSum + step.Counted };
            }

            total += score with { PerfectSequences = score.WrongSum == 0 ? 1 : 0 };
        }

        return total;
    }

    private static float[] Draw(int count, Func<float> draw) => [.. Enumerable.Range(0, count).Select(_ => draw())];
}
