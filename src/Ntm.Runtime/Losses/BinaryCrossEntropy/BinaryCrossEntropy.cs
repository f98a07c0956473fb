using System.Numerics;
using System.Runtime.Intrinsics;
using static Ntm.Runtime.Engine.VectorMath;
using Vec = System.Runtime.Intrinsics.Vector256<float>;

namespace Ntm.Runtime.Losses;

/// <summary>The binary cross-entropy of clipped logits: <c>softplus(z) - z y</c> for each output.</summary>
internal readonly unsafe struct BinaryCrossEntropy : ILoss
{
    public static void Add(OutputShape shape, float* logits, float* targets, float weight, ref LossSum sum)
    {
        Vec sum8 = default;
        var bound = Vector256.Create(shape.Clip);
        var o = 0;
        for (; o + 8 <= shape.Count; o += 8)
        {
            var z = Clamp(Vector256.Load(logits + o), bound);
            var y = Vector256.Load(targets + o);
            sum8 += Softplus(z) - z * y;
            // NaN is wrong for any target.
            var wrong = (Vector256.GreaterThan(z, Vec.Zero) ^ Vector256.GreaterThan(y, Vector256.Create(0.5f))) | ~Vector256.Equals(z, z);
            sum.Wrong += BitOperations.PopCount(wrong.ExtractMostSignificantBits());
        }

        double nats = Vector256.Sum(sum8);
        for (; o < shape.Count; o++)
        {
            var z = Math.Clamp(logits[o], -shape.Clip, shape.Clip);
            var power = Math.Exp(-Math.Abs((double)z));
            nats += Math.Max(z, 0) - (double)z * targets[o] + Math.Log(1 + power);
            if (z > 0 != targets[o] > 0.5f || float.IsNaN(z))
                sum.Wrong++;
        }

        sum.Loss += weight * nats;
    }

    public static void Differentiate(OutputShape shape, float* logits, float* targets, float weight)
    {
        var o = 0;
        var (bound, factor) = (Vector256.Create(shape.Clip), Vector256.Create(weight));
        for (; o + 8 <= shape.Count; o += 8)
        {
            var z = Vector256.Load(logits + o);
            var outside = Vector256.GreaterThan(Vector256.Abs(z), bound);
            Vector256.AndNot(factor * (Sigmoid(z) - Vector256.Load(targets + o)), outside).Store(logits + o);
        }

        for (; o < shape.Count; o++)
            logits[o] = Math.Abs(logits[o]) <= shape.Clip ? weight * (VectorMath.Sigmoid(logits[o]) - targets[o]) : logits[o] * 0;
    }
}
