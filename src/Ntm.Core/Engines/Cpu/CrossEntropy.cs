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
        var nats = 0.0;
        for (var o = 0; o < shape.Outputs; o++)
        {
            var z = Math.Clamp(logits[o], -shape.Clip, shape.Clip);
            var power = Math.Exp(-Math.Abs((double)z));
            nats += Math.Max(z, 0) - (double)z * targets[o] + Math.Log(1 + power);
            if (z > 0 != targets[o] > 0.5f)
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
        for (var o = 0; o < shape.Outputs; o++)
        {
            var inside = HeadActivation.Inside(shape, logits[o]);
            logits[o] = weight == 0 ? 0 : inside ? weight * (VectorMath.Sigmoid(logits[o]) - targets[o]) : logits[o] * 0;
        }

        for (var o = shape.Outputs; o < shape.OutputsPadded; o++)
            logits[o] = 0;
    }
}
