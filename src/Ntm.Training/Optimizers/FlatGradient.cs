using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Ntm.Training.Optimizers;

/// <summary>The gradient of all parameters, flat: an array if the CPU computes it, otherwise a tensor on the parameters' device.</summary>
internal readonly ref struct FlatGradient
{
    private readonly ReadOnlySpan<float> _values;

    private FlatGradient(ReadOnlySpan<float> values) => _values = values;

    public FlatGradient(Tensor tensor) => Tensor = tensor;

    /// <summary>The tensor; <see langword="null"/> if it is an array.</summary>
    public Tensor? Tensor { get; }

    /// <summary>The numbers in the CPU's memory; copied there if they are on another device.</summary>
    public ReadOnlySpan<float> Values
    {
        get
        {
            if (Tensor is null)
                return _values;
            using var copy = Tensor.cpu();
            return MemoryMarshal.Cast<byte, float>(copy.bytes).ToArray();
        }
    }

    /// <summary>Whether the gradient is free of NaN and infinity.</summary>
    public bool IsFinite
    {
        get
        {
            if (Tensor is null)
                return TensorPrimitives.IsFiniteAll(_values);
            using var scope = NewDisposeScope();
            return Tensor.isfinite().all().ToBoolean();
        }
    }

    public static implicit operator FlatGradient(ReadOnlySpan<float> values) => new(values);

    public static implicit operator FlatGradient(Span<float> values) => new(values);

    public static implicit operator FlatGradient(float[] values) => new(values);
}
