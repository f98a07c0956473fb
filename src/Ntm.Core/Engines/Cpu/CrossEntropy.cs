using System.Numerics;
using System.Runtime.Intrinsics;
using static Ntm.Core.Engines.Cpu.VectorMath;
using Vec = System.Runtime.Intrinsics.Vector256<float>;

namespace Ntm.Core.Engines.Cpu;

/// <summary>What the sequences of a batch cost.</summary>
internal struct CostSum
{
    /// <summary>The binary cross-entropy over the masked steps and channels, in nats.</summary>
    public double Nats;

    /// <summary>Wrong bits over the masked steps and channels.</summary>
    public long WrongBits;
}

/// <summary>The binary cross-entropy of clipped logits, over the steps that a mask chooses, and its gradient.</summary>
internal static unsafe class CrossEntropy
{
    /// <summary>Adds the cost of one step of one sample.</summary>
    public static void AddCost(MachineShape shape, float* logits, float* targets, float weight, ref CostSum sum)
    {
        if (weight == 0)
            return;
        Vec sum8 = default;
        var bound = Vector256.Create(shape.Clip);
        var o = 0;
        for (; o + 8 <= shape.Outputs; o += 8)
        {
            var z = Clamp(Vector256.Load(logits + o), bound);
            var y = Vector256.Load(targets + o);
            sum8 += Softplus(z) - z * y;
            // What is not a number is wrong, whatever the target.
            var wrong = (Vector256.GreaterThan(z, Vec.Zero) ^ Vector256.GreaterThan(y, Vector256.Create(0.5f))) | ~Vector256.Equals(z, z);
            sum.WrongBits += BitOperations.PopCount(wrong.ExtractMostSignificantBits());
        }

        double nats = Vector256.Sum(sum8);
        for (; o < shape.Outputs; o++)
        {
            var z = Math.Clamp(logits[o], -shape.Clip, shape.Clip);
            var power = Math.Exp(-Math.Abs((double)z));
            nats += Math.Max(z, 0) - (double)z * targets[o] + Math.Log(1 + power);
            if (z > 0 != targets[o] > 0.5f || float.IsNaN(z))
                sum.WrongBits++;
        }

        sum.Nats += weight * nats;
    }

    /// <summary>Replaces the logits of one step of one sample by their gradients.</summary>
    /// <param name="shape">The machine.</param>
    /// <param name="logits">The unclipped logits, <c>[O]</c>, later the gradients; what pads them becomes zero.</param>
    /// <param name="targets"><c>[O]</c></param>
    /// <param name="weight">The mask over the number of sequences.</param>
    public static void Differentiate(MachineShape shape, float* logits, float* targets, float weight)
    {
        if (weight == 0)
        {
            Floats.Clear(logits, shape.OutputsPadded);
            return;
        }

        var o = 0;
        var (bound, factor) = (Vector256.Create(shape.Clip), Vector256.Create(weight));
        for (; o + 8 <= shape.Outputs; o += 8)
        {
            var z = Vector256.Load(logits + o);
            var outside = Vector256.GreaterThan(Vector256.Abs(z), bound);
            Vector256.AndNot(factor * (Sigmoid(z) - Vector256.Load(targets + o)), outside).Store(logits + o);
        }

        for (; o < shape.Outputs; o++)
        {
            var inside = HeadActivation.Inside(shape, logits[o]);
            logits[o] = inside ? weight * (VectorMath.Sigmoid(logits[o]) - targets[o]) : logits[o] * 0;
        }

        for (; o < shape.OutputsPadded; o++)
            logits[o] = 0;
    }
}
