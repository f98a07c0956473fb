using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>
/// Tensors of a new model: of torch's default element type, on its default device, as those of torch's own modules. Values are drawn as float32 on the
/// CPU and then converted, so that a seed means the same for all.
/// </summary>
internal static class Fresh
{
    [ThreadStatic] private static ScalarType? _type;

    /// <summary>The element type of a model that is made now on this thread.</summary>
    public static ScalarType Type => _type ?? get_default_dtype();

    /// <summary>Makes a model of a given type, whatever torch's default is: one whose weights come from a file.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="make">Makes the model.</param>
    public static T Of<T>(ScalarType type, Func<T> make)
    {
        var before = _type;
        _type = type;
        try
        {
            return make();
        }
        finally
        {
            _type = before;
        }
    }

    /// <summary>Zeros.</summary>
    public static Tensor Zeros(params long[] shape) => zeros(shape, dtype: Type, device: get_default_device());

    /// <summary>The same value everywhere.</summary>
    public static Tensor Filled(double value, params long[] shape)
    {
        using Scalar scalar = value;
        return full(shape, scalar, dtype: Type, device: get_default_device());
    }

    /// <summary>Drawn values.</summary>
    /// <param name="draw">Fills a tensor of float32 on the CPU, in place.</param>
    /// <param name="shape">The shape.</param>
    public static Tensor Drawn(Action<Tensor> draw, params long[] shape)
    {
        var values = empty(shape, dtype: ScalarType.Float32, device: CPU);
        draw(values);
        if (Type == ScalarType.Float32 && get_default_device().type == DeviceType.CPU)
            return values;
        using (values)
            return values.to(Type, get_default_device(), copy: true);
    }
}
