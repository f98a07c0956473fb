using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>
/// Creates the tensors of a new model, with torch's default element type and on its default device, like the tensors of torch's own modules. Values are drawn
/// as float32 on the CPU and then converted, so a seed gives the same values for every type and device.
/// </summary>
internal static class Fresh
{
    [ThreadStatic] private static ScalarType? _type;

    /// <summary>The element type of a model that is created now on this thread.</summary>
    public static ScalarType Type => _type ?? get_default_dtype();

    /// <summary>Creates a model of a given element type, whatever torch's default is. Used for weights from a file.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="make">Creates the model.</param>
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

    /// <summary>Returns zeros.</summary>
    public static Tensor Zeros(params long[] shape) => zeros(shape, dtype: Type, device: get_default_device());

    /// <summary>Returns a tensor filled with one value.</summary>
    public static Tensor Filled(double value, params long[] shape)
    {
        using Scalar scalar = value;
        return full(shape, scalar, dtype: Type, device: get_default_device());
    }

    /// <summary>Returns drawn values.</summary>
    /// <param name="draw">Fills a float32 tensor on the CPU, in place.</param>
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
