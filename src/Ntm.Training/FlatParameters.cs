using System.Runtime.InteropServices;
using Ntm.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>
/// A model's parameters concatenated in the order of <c>named_parameters()</c>: the layout of flat gradients and optimizer state.
/// The values stay in torch's memory, which is kept alive until this object is disposed.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly HeldTensors _held;

    /// <param name="model">The model.</param>
    /// <param name="asTensors">Whether torch operations change the parameters on the CPU as well, as they do on any other device.</param>
    /// <exception cref="ArgumentException">A parameter is not contiguous float32 on the device of the others.</exception>
    public FlatParameters(ISequenceModel model, bool asTensors = false)
    {
        var named = model.named_parameters().Where(p => p.parameter.requires_grad).ToList();
        Device = DeviceOf(model);
        AsTensors = asTensors || Device.type != DeviceType.CPU;
        var segments = new ParameterSegment[named.Count];
        for (var i = 0; i < named.Count; i++)
        {
            var (name, parameter) = named[i];
            if (parameter.dtype != ScalarType.Float32 || !IsOn(Device, parameter) || !parameter.is_contiguous())
                throw new ArgumentException($"Parameter {name} is {parameter.dtype} on {parameter.device}; expected contiguous float32 on {Device}, the device of the first one.", nameof(model));
            segments[i] = new ParameterSegment(name, Count, checked((int)parameter.numel()));
            Count = checked(Count + segments[i].Length);
        }

        Segments = segments;
        _held = new HeldTensors(model, named.Select(p => p.parameter));
    }

    /// <summary>The places of the parameters.</summary>
    public IReadOnlyList<ParameterSegment> Segments { get; }

    /// <summary>The number of elements of all parameters.</summary>
    public int Count { get; }

    /// <summary>The device of the parameters.</summary>
    public Device Device { get; }

    /// <summary>Whether gradient and state are tensors on <see cref="Device"/>, rather than arrays that the CPU processes.</summary>
    public bool AsTensors { get; }

    /// <summary>Returns a parameter's values in torch's memory; on the CPU only.</summary>
    public Span<float> Values(int index) => MemoryMarshal.Cast<byte, float>(_held[index].bytes);

    /// <summary>Returns the torch parameter, by a handle that the model does not own.</summary>
    public Tensor this[int index] => _held[index];

    /// <inheritdoc cref="HeldTensors.AreDisposed"/>
    public bool AreDisposed => _held.AreDisposed;

    /// <inheritdoc cref="HeldTensors.ThrowIfDisposed"/>
    public void ThrowIfDisposed() => _held.ThrowIfDisposed();

    /// <summary>Returns the parameter that a place in a flat buffer belongs to.</summary>
    public string NameAt(int offset) => Segments.Last(s => s.Offset <= offset).Name;

    /// <summary>Returns a flat tensor of zeros on the parameters' device, which lives as long as its owner.</summary>
    public Tensor NewFlat() => zeros(Count, dtype: ScalarType.Float32, device: Device).DetachFromDisposeScope();

    /// <summary>Returns views of a flat tensor, one for each parameter and of its shape, which the caller disposes.</summary>
    public Tensor[] Parts(Tensor flat)
    {
        using var scope = NewDisposeScope();
        return [.. Segments.Select((s, i) => flat.narrow(0, s.Offset, s.Length).view(_held[i].shape).DetachFromDisposeScope())];
    }

    /// <summary>Returns the device of a model's parameters; the CPU if it has none.</summary>
    public static Device DeviceOf(ISequenceModel model) => model.named_parameters().Select(p => p.parameter.device).FirstOrDefault() ?? CPU;

    public void Dispose() => _held.Dispose();

    private static bool IsOn(Device device, Tensor tensor) => tensor.device_type == device.type && tensor.device_index == device.index;
}
