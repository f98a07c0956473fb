using System.Runtime.InteropServices;
using Ntm.Core;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>
/// A model's parameters laid end to end in the order of <c>named_parameters()</c>: the layout of flat gradients and optimizer state.
/// The values themselves stay where torch keeps them.
/// </summary>
internal sealed class FlatParameters
{
    private readonly Parameter[] _parameters;

    /// <exception cref="ArgumentException">A parameter is not contiguous float32 on the CPU, which the optimizers need.</exception>
    public FlatParameters(ISequenceModel model)
    {
        var named = model.named_parameters().Where(p => p.parameter.requires_grad).ToList();
        _parameters = [.. named.Select(p => p.parameter)];
        var segments = new ParameterSegment[named.Count];
        for (var i = 0; i < named.Count; i++)
        {
            var (name, parameter) = named[i];
            if (parameter.dtype != ScalarType.Float32 || parameter.device_type != DeviceType.CPU || !parameter.is_contiguous())
                throw new ArgumentException($"Parameter {name} is {parameter.dtype} on {parameter.device}; expected contiguous float32 on the CPU.", nameof(model));
            segments[i] = new ParameterSegment(name, Count, checked((int)parameter.numel()));
            Count = checked(Count + segments[i].Length);
        }

        Segments = segments;
    }

    /// <summary>The parameters' places.</summary>
    public IReadOnlyList<ParameterSegment> Segments { get; }

    /// <summary>Numbers in all parameters together.</summary>
    public int Count { get; }

    /// <summary>A parameter's values, where torch keeps them.</summary>
    public Span<float> Values(int index) => MemoryMarshal.Cast<byte, float>(_parameters[index].bytes);

    /// <summary>The torch parameter.</summary>
    public Parameter this[int index] => _parameters[index];

    /// <summary>The parameter that a place in a flat buffer belongs to.</summary>
    public string NameAt(int offset) => Segments.Last(s => s.Offset <= offset).Name;
}
