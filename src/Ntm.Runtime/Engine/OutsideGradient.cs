namespace Ntm.Runtime.Engine;

/// <summary>The gradient of the logits of a loss that is computed outside of the engine.</summary>
internal static unsafe class OutsideGradient
{
    /// <summary>Replaces the logits of one sample by their gradient, which passes where the clipping left them unchanged.</summary>
    /// <param name="shape">The machine.</param>
    /// <param name="dLogits">The gradients of all logits; <see langword="null"/> for zero.</param>
    /// <param name="place">The sample's row among them.</param>
    /// <param name="logits">The unclipped logits of the sample.</param>
    public static void Load(MachineShape shape, float* dLogits, nint place, float* logits)
    {
        for (var o = 0; o < shape.OutputsPadded; o++)
        {
            logits[o] = dLogits is not null && o < shape.Outputs && shape.Inside(logits[o])
                ? dLogits[place * shape.Outputs + o]
                : 0;
        }
    }
}
