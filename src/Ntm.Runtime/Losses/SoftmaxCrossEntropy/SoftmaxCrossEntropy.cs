namespace Ntm.Runtime.Losses;

/// <summary>The cross-entropy of the softmax of clipped logits: <c>sum_o y_o (log sum_k exp z_k - z_o)</c>. A step is wrong if its largest logit is not at
/// its largest target; of equal values the first counts.</summary>
internal readonly unsafe struct SoftmaxCrossEntropy : ILoss
{
    public static void Add(OutputShape shape, float* logits, float* targets, float weight, ref LossSum sum)
    {
        var largest = Largest(shape, logits);
        var (powers, mass, linear) = (0.0, 0.0, 0.0);
        var (best, target, isNumber) = (0, 0, true);
        for (var o = 0; o < shape.Count; o++)
        {
            var z = Clipped(shape, logits[o]);
            powers += Math.Exp((double)z - largest);
            mass += targets[o];
            linear += (double)targets[o] * z;
            best = z > Clipped(shape, logits[best]) ? o : best;
            target = targets[o] > targets[target] ? o : target;
            isNumber &= !float.IsNaN(z);
        }

        sum.Loss += weight * (mass * (largest + Math.Log(powers)) - linear);
        if (best != target || !isNumber)
            sum.Wrong++;
    }

    public static void Differentiate(OutputShape shape, float* logits, float* targets, float weight)
    {
        var largest = Largest(shape, logits);
        var (powers, mass) = (0.0, 0.0);
        for (var o = 0; o < shape.Count; o++)
        {
            powers += Math.Exp((double)Clipped(shape, logits[o]) - largest);
            mass += targets[o];
        }

        for (var o = 0; o < shape.Count; o++)
        {
            var probability = Math.Exp((double)Clipped(shape, logits[o]) - largest) / powers;
            // If a logit is NaN, so is the sum: then no output gets a gradient that looks valid.
            logits[o] = Math.Abs(logits[o]) <= shape.Clip || double.IsNaN(probability) ? weight * (float)(mass * probability - targets[o]) : 0;
        }
    }

    private static float Clipped(OutputShape shape, float logit) => Math.Clamp(logit, -shape.Clip, shape.Clip);

    /// <summary>Returns the largest clipped logit; NaN if any logit is NaN.</summary>
    private static float Largest(OutputShape shape, float* logits)
    {
        var largest = float.NegativeInfinity;
        for (var o = 0; o < shape.Count; o++)
            largest = Math.Max(largest, Clipped(shape, logits[o]));
        return largest;
    }
}
