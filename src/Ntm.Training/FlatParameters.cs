using System.Runtime.InteropServices;
using Ntm.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>
/// A model's parameters laid end to end in the order of <c>named_parameters()</c>: the layout of flat gradients and optimizer state.
/// The values themselves stay where torch keeps them, and are held there until this is disposed.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly HeldTensors _held;

    /// <param name="model">The model.</param>
    /// <param name="asTensors">Whether torch's operations change them on the CPU as well, as they do on any other device.</param>
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
                throw new ArgumentException($"Parameter {name} is {parameter.dtype} on {parameter.device}; expected contiguous float32 on {Device}, where the first one is.", nameof(model));
            segments[i] = new ParameterSegment(name, Count, checked((int)parameter.numel()));
            Count = checked(Count + segments[i].Length);
        }

        Segments = segments;
        _held = new HeldTensors(model, named.Select(p => p.parameter));
    }

    /// <summary>The parameters' places.</summary>
    public IReadOnlyList<ParameterSegment> Segments { get; }

    /// <summary>Numbers in all parameters together.</summary>
    public int Count { get; }

    /// <summary>Where they are.</summary>
    public Device Device { get; }

    /// <summary>Whether gradient and state are tensors on <see cref="Device"/>, rather than arrays that the CPU walks through.</summary>
    public bool AsTensors { get; }

    /// <summary>A parameter's values, where torch keeps them; on the CPU only.</summary>
    public Span<float> Values(int index) => MemoryMarshal.Cast<byte, float>(_held[index].bytes);

    /// <summary>The torch parameter, by a handle that is not the model's.</summary>
    public Tensor this[int index] => _held[index];

    /// <inheritdoc cref="HeldTensors.AreDisposed"/>
    public bool AreDisposed => _held.AreDisposed;

    /// <inheritdoc cref="HeldTensors.ThrowIfDisposed"/>
    public void ThrowIfDisposed() => _held.ThrowIfDisposed();

    /// <summary>The parameter that a place in a flat buffer belongs to.</summary>
    public string NameAt(int offset) => Segments.Last(s => s.Offset <= offset).Name;

    /// <summary>A flat tensor of zeros beside the parameters, for as long as its owner lives.</summary>
    public Tensor NewFlat() => zeros(Count, dtype: ScalarType.Float32, device: Device).DetachFromDisposeScope();

    /// <summary>Views of a flat tensor, one for each parameter and of its shape; the caller's to dispose.</summary>
    public Tensor[] Parts(Tensor flat)
    {
        using var scope = NewDisposeScope();
        return [.. Segments.Select((s, i) => flat.narrow(0, s.Offset, s.Length).view(_held[i].shape).DetachFromDisposeScope())];
    }

    /// <summary>The device of a model's parameters; the CPU if it has none.</summary>
    public static Device DeviceOf(ISequenceModel model) => model.named_parameters().Select(p => p.parameter.device).FirstOrDefault() ?? CPU;

    public void Dispose() => _held.Dispose();

    private static bool IsOn(Device device, Tensor tensor) => tensor.device_type == device.type && tensor.device_index == device.index;
}
