using System.Numerics.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Ntm.Training;

/// <summary>
/// An exponential moving average of a model's parameters over the updates (averaging: Polyak and Juditsky 1992). After <c>n</c> updates the decay is at most
/// <c>(1 + n) / (10 + n)</c>, so that the average soon forgets the initial weights.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly FlatParameters _parameters;
    private readonly float[] _values;
    private readonly Tensor? _tensor;
    private readonly Tensor[] _parts = [];

    /// <param name="decay">The decay, above 0 and below 1.</param>
    /// <param name="parameters">The parameters.</param>
    public WeightAverage(double decay, FlatParameters parameters)
    {
        (_decay, _parameters) = (decay, parameters);
        _values = parameters.AsTensors ? [] : new float[parameters.Count];
        if (!parameters.AsTensors)
            return;
        _tensor = parameters.NewFlat();
        _parts = parameters.Parts(_tensor);
    }

    /// <summary>The number of averaged values.</summary>
    public int Count => _parameters.Count;

    /// <summary>The average, flat; copied from the parameters' device if that is not the CPU.</summary>
    public float[] Values
    {
        get
        {
            using var scope = NewDisposeScope();
            return _tensor is null ? _values : _tensor.cpu().data<float>().ToArray();
        }
    }

    /// <summary>Begins with the parameters before the first update.</summary>
    public void Begin()
    {
        using var noGrad = no_grad();
        for (var i = 0; i < _parameters.Segments.Count; i++)
        {
            if (_tensor is null)
                _parameters.Values(i).CopyTo(Part(i));
            else
                _parts[i].copy_(_parameters[i]);
        }
    }

    /// <summary>Adds the parameters after an update.</summary>
    /// <param name="updates">The number of updates so far, from 1.</param>
    public void Add(long updates)
    {
        var decay = (float)Math.Min(_decay, (1.0 + updates) / (10.0 + updates));
        if (_tensor is null)
        {
            for (var i = 0; i < _parameters.Segments.Count; i++)
                TensorPrimitives.Lerp(_parameters.Values(i), Part(i), decay, Part(i));
            return;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        for (var i = 0; i < _parts.Length; i++)
            _parts[i].mul_(decay).add_(_parameters[i], 1 - decay);
    }

    /// <summary>Exchanges average and parameters; a second call restores every bit of both.</summary>
    public void Exchange()
    {
        if (_tensor is null)
        {
            for (var i = 0; i < _parameters.Segments.Count; i++)
            {
                var own = _parameters.Values(i);
                var average = Part(i);
                for (var k = 0; k < own.Length; k++)
                    (own[k], average[k]) = (average[k], own[k]);
            }

            return;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        for (var i = 0; i < _parts.Length; i++)
        {
            var own = _parameters[i].clone();
            _parameters[i].copy_(_parts[i]);
            _parts[i].copy_(own);
        }
    }

    /// <summary>Restores a saved average.</summary>
    /// <param name="values"><see cref="Values"/></param>
    public void Restore(float[] values)
    {
        if (_tensor is null)
        {
            values.CopyTo(_values, 0);
            return;
        }

        using var scope = NewDisposeScope();
        _tensor.copy_(tensor(values));
    }

    public void Dispose()
    {
        foreach (var part in _parts)
            part.Dispose();
        _tensor?.Dispose();
    }

    private Span<float> Part(int index) => _values.AsSpan(_parameters.Segments[index].Offset, _parameters.Segments[index].Length);
}
