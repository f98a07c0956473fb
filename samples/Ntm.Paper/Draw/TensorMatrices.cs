using static TorchSharp.torch;

namespace Ntm.Paper.Draw;

/// <summary>From tensors to what figures are drawn from.</summary>
internal static class TensorMatrices
{
    /// <summary>The first sequence of <c>[T, B, W]</c> as <c>[time, row]</c>.</summary>
    public static float[,] Matrix(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var first = tensor.detach().select(1, 0).contiguous();
        var values = first.data<float>();
        var matrix = new float[first.size(0), first.size(1)];
        var i = 0L;
        for (var t = 0; t < matrix.GetLength(0); t++)
            for (var w = 0; w < matrix.GetLength(1); w++)
                matrix[t, w] = values[i++];
        return matrix;
    }
}
