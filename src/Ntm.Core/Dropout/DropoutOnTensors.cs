using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>Dropout in torch's operations.</summary>
internal static class DropoutOnTensors
{
    /// <summary>Applies the dropout of one step.</summary>
    /// <param name="output">The controller's output, <c>[B, H]</c>.</param>
    /// <param name="dropout">The dropout of the call.</param>
    /// <param name="step">The step of the call.</param>
    public static Tensor Apply(Tensor output, in DropoutMasks dropout, int step)
    {
        if (!dropout.IsActive)
            return output;
        var (batch, units) = ((int)output.size(0), (int)output.size(1));
        var kept = new float[(long)batch * units];
        for (var b = 0; b < batch; b++)
            dropout.Fill(b, step, kept.AsSpan(b * units, units), 1);
        return output * (tensor(kept, [batch, units], dtype: ScalarType.Float32, device: CPU).to(output.dtype, output.device) * dropout.Scale);
    }
}
