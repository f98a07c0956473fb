using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>
/// The argument checks at the boundary; the engines trust arguments that pass them. Every message names the argument, the actual value and
/// the expected one.
/// </summary>
internal static class Guard
{
    /// <summary>Checks shape, element type and device of a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="argument">The argument's name.</param>
    /// <param name="layout">The meaning of the dimensions, such as <c>[T, B, I]</c>.</param>
    /// <param name="expected">The expected sizes; -1 for any size of at least 1.</param>
    /// <param name="like">A tensor of the model, whose element type and device are expected.</param>
    public static void Layout(Tensor tensor, string argument, string layout, ReadOnlySpan<long> expected, Tensor like)
    {
        ArgumentNullException.ThrowIfNull(tensor, argument);
        if (like.IsInvalid)
            throw new ObjectDisposedException(null, "The model has been disposed.");
        if (tensor.IsInvalid)
            throw new ObjectDisposedException(argument, $"The tensor {argument} has been disposed; expected {layout} = {Describe(expected)}.");
        // Size by size: a list of all costs more than the rest of a step's checks.
        var matches = tensor.dim() == expected.Length;
        for (var d = 0; matches && d < expected.Length; d++)
            matches = expected[d] < 0 ? tensor.size(d) >= 1 : tensor.size(d) == expected[d];
        if (!matches)
            throw new ArgumentException($"{argument} has shape {Describe(tensor.shape)}; expected {layout} = {Describe(expected)}.", argument);
        if (tensor.dtype != like.dtype)
            throw new ArgumentException($"{argument} has element type {tensor.dtype}; expected {like.dtype}, like the model's parameters.", argument);
        if (tensor.device_type != like.device_type || tensor.device_index != like.device_index)
            throw new ArgumentException($"{argument} is on device {tensor.device}; expected {like.device}, like the model's parameters.", argument);
    }

    /// <summary>Refuses NaN and infinity, which would silently spread through memory and state.</summary>
    public static void Finite(Tensor tensor, string argument)
    {
        if (FirstNonFinite(tensor) is not { } index)
            return;
        var shape = tensor.shape;
        var place = new long[shape.Length];
        for (var d = shape.Length - 1; d >= 0; d--)
            (index, place[d]) = (index / shape[d], index % shape[d]);
        throw new ArgumentException($"{argument} is NaN or infinite at {Describe(place)}; expected finite values.", argument);
    }

    /// <summary>Checks that a size is at least a minimum, and returns it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is below the minimum.</exception>
    public static int AtLeast(int value, int minimum, string argument)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, minimum, argument);
        return value;
    }

    public static string Describe(ReadOnlySpan<long> sizes)
    {
        var text = new string[sizes.Length];
        for (var d = 0; d < sizes.Length; d++)
            text[d] = sizes[d] < 0 ? "at least 1" : sizes[d].ToString();
        return $"[{string.Join(", ", text)}]";
    }

    private static long? FirstNonFinite(Tensor tensor)
    {
        // On the CPU the values are read in place, without a native operation per check.
        if (tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32 && tensor.is_contiguous())
            return FirstNonFinite(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        if (tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float64 && tensor.is_contiguous())
            return FirstNonFinite<double>(MemoryMarshal.Cast<byte, double>(tensor.bytes));
        using var scope = NewDisposeScope();
        var bad = tensor.isfinite().logical_not().flatten();
        return bad.any().ToBoolean() ? bad.to(ScalarType.Int32).argmax().ToInt64() : null;
    }

    private static unsafe long? FirstNonFinite(ReadOnlySpan<float> values)
    {
        fixed (float* start = values)
            if (FiniteCheck.AllFinite(start, values.Length))
                return null;
        return FirstNonFinite<float>(values);
    }

    private static long? FirstNonFinite<T>(ReadOnlySpan<T> values)
        where T : System.Numerics.IFloatingPointIeee754<T>
    {
        for (var i = 0; i < values.Length; i++)
            if (!T.IsFinite(values[i]))
                return i;
        return null;
    }
}
