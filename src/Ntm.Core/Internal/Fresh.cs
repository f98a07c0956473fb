using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>
/// Tensors of a new model: of torch's default element type, on its default device, as those of torch's own modules. Values are drawn as float32 on the
/// CPU and then converted, so that a seed means the same for all.
/// </summary>
internal static class Fresh
{
    /// <summary>Zeros.</summary>
    public static Tensor Zeros(params long[] shape) => zeros(shape, dtype: get_default_dtype(), device: get_default_device());

    /// <summary>The same value everywhere.</summary>
    public static Tensor Filled(double value, params long[] shape)
    {
        using Scalar scalar = value;
        return full(shape, scalar, dtype: get_default_dtype(), device: get_default_device());
    }

    /// <summary>Drawn values.</summary>
    /// <param name="draw">Fills a tensor of float32 on the CPU, in place.</param>
    /// <param name="shape">The shape.</param>
    public static Tensor Drawn(Action<Tensor> draw, params long[] shape)
    {
        var values = empty(shape, dtype: ScalarType.Float32, device: CPU);
        draw(values);
        if (get_default_dtype() == ScalarType.Float32 && get_default_device().type == DeviceType.CPU)
            return values;
        using (values)
            return values.to(get_default_dtype(), get_default_device(), copy: true);
    }
}
