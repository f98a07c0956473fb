namespace Ntm.Runtime.Losses;

/// <summary>The squared distance of clipped logits from their targets: <c>(z - y)^2</c> for each output. An output is wrong if it is off by more than
/// 0.5.</summary>
internal readonly unsafe struct SquaredError : ILoss
{
    public static void Add(OutputShape shape, float* logits, float* targets, float weight, ref LossSum sum)
    {
        var squares = 0.0;
        for (var o = 0; o < shape.Count; o++)
        {
            var distance = (double)Math.Clamp(logits[o], -shape.Clip, shape.Clip) - targets[o];
            squares += distance * distance;
            // NaN is wrong as well.
            if (!(Math.Abs(distance) <= 0.5))
                sum.Wrong++;
        }

        sum.Loss += weight * squares;
    }

    public static void Differentiate(OutputShape shape, float* logits, float* targets, float weight)
    {
        for (var o = 0; o < shape.Count; o++)
            logits[o] = Math.Abs(logits[o]) <= shape.Clip ? 2 * weight * (logits[o] - targets[o]) : logits[o] * 0;
    }
}
