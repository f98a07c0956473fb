using System.Numerics.Tensors;
using Ntm.Shared;

namespace Ntm.Training.Distributed;

/// <summary>Adds the gradients of the parts of a range, which come one after the other, as far as <see cref="SumTree"/> joins them. It holds as few of them
/// as the tree is high.</summary>
/// <param name="length">The number of floats of a part.</param>
internal sealed class PartialSums(int length)
{
    private readonly SortedDictionary<int, float[]> _sums = [];
    private readonly Stack<float[]> _free = [];
    private int _first;
    private int _next;
    private int _parts;

    /// <summary>Begins a range.</summary>
    /// <param name="first">Its first part.</param>
    /// <param name="parts">The number of parts of all ranges.</param>
    public void Begin(int first, int parts)
    {
        foreach (var sum in _sums.Values)
            _free.Push(sum);
        _sums.Clear();
        (_first, _next, _parts) = (first, first, parts);
    }

    /// <summary>Adds the next part.</summary>
    /// <param name="gradient">The gradient of the part's mean loss.</param>
    /// <param name="share">The part's share of the sequences, by which it is multiplied.</param>
    public void Add(ReadOnlySpan<float> gradient, float share)
    {
        var sum = _free.Count > 0 ? _free.Pop() : new float[length];
        TensorPrimitives.Multiply(gradient, share, sum);
        _sums[_next++] = sum;
        for (var stride = 1; stride < _parts; stride *= 2)
        {
            // Earlier ones at this stride were joined when their parts were complete.
            var part = (_next - 1) / (2 * stride) * (2 * stride);
            if (SumTree.Joins(part, stride, _first, _next, _parts) && _sums.Remove(part + stride, out var taken))
            {
                TensorPrimitives.Add(_sums[part], taken, _sums[part]);
                _free.Push(taken);
            }
        }
    }

    /// <summary>Returns the sum of a part with those that it took in.</summary>
    public ReadOnlySpan<float> this[int part] => _sums[part];
}
