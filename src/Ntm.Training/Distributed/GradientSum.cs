using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Ntm.Shared;

namespace Ntm.Training.Distributed;

/// <summary>Returns the sum of a part with those that it took in, of a rank's own range.</summary>
internal delegate ReadOnlySpan<float> PartGradient(int part);

/// <summary>
/// Adds the parts of all ranks in the order of <see cref="SumTree"/>. Each rank receives one slice of all parts, adds it, and gives the sum to all: two
/// exchanges, in which a rank sends about twice the length of a gradient, however many ranks there are.
/// </summary>
/// <param name="ranks">The ranks.</param>
/// <param name="length">The number of floats of a part.</param>
internal sealed class GradientSum(Ranks ranks, int length)
{
    /// <summary>The number of floats that slices begin at a multiple of: a cache line.</summary>
    private const int Line = 16;

    private readonly int[] _ownCounts = new int[ranks.Size];
    private readonly int[] _receivedCounts = new int[ranks.Size];
    private readonly int[] _sliceCounts = new int[ranks.Size];
    private readonly List<int> _places = [];
    private float[] _own = [];
    private float[] _received = [];

    /// <summary>The sum of the last call.</summary>
    public float[] Total { get; } = new float[length];

    /// <summary>Adds the parts of all ranks.</summary>
    /// <param name="parts">The number of parts of all ranks; each has its share by <see cref="SumTree.StartOfShare"/>.</param>
    /// <param name="partOf">The sums of this rank.</param>
    public void Add(int parts, PartGradient partOf)
    {
        var (rank, size) = (ranks.Rank, ranks.Size);
        var slice = StartOf(rank + 1) - StartOf(rank);
        var ownRoots = Roots(parts, rank).Count();
        Grow(ref _own, checked(ownRoots * length));
        Grow(ref _received, checked(Enumerable.Range(0, size).Sum(r => Roots(parts, r).Count()) * slice));
        var at = 0;
        for (var other = 0; other < size; other++)
        {
            var (start, end) = (StartOf(other), StartOf(other + 1));
            foreach (var root in Roots(parts, rank))
            {
                partOf(root)[start..end].CopyTo(_own.AsSpan(at));
                at += end - start;
            }

            _ownCounts[other] = checked(ownRoots * (end - start) * sizeof(float));
            _receivedCounts[other] = checked(Roots(parts, other).Count() * slice * sizeof(float));
            _sliceCounts[other] = (end - start) * sizeof(float);
        }

        var received = _received.AsSpan(0, _receivedCounts.Sum() / sizeof(float));
        ranks.Exchange.AllToAll(MemoryMarshal.AsBytes(_own.AsSpan(0, at)), _ownCounts, MemoryMarshal.AsBytes(received), _receivedCounts);
        AddSlices(parts, received, slice);
        ranks.Exchange.AllGather(MemoryMarshal.AsBytes(received[..slice]), MemoryMarshal.AsBytes(Total.AsSpan()), _sliceCounts);
    }

    /// <summary>Adds what the ranges could not join. The sum is the first slice, that of part 0.</summary>
    private void AddSlices(int parts, Span<float> slices, int slice)
    {
        _places.Clear();
        for (var rank = 0; rank < ranks.Size; rank++)
            _places.AddRange(Roots(parts, rank));
        for (var stride = 1; stride < parts; stride *= 2)
        {
            for (var i = 0; i + 1 < _places.Count; i++)
            {
                var part = _places[i];
                if (part % (2L * stride) != 0 || !SumTree.Joins(part, stride, 0, parts, parts))
                    continue;
                var other = _places.IndexOf(part + stride, i + 1);
                // A range has joined it, or a smaller stride has.
                if (other < 0)
                    continue;
                var target = slices.Slice(i * slice, slice);
                TensorPrimitives.Add(target, slices.Slice(other * slice, slice), target);
                _places[other] = -1;
            }
        }
    }

    private IEnumerable<int> Roots(int parts, int rank)
    {
        var (first, end) = (SumTree.StartOfShare(parts, rank, ranks.Size), SumTree.StartOfShare(parts, rank + 1, ranks.Size));
        for (var part = first; part < end; part++)
            if (SumTree.IsRoot(part, first, end, parts))
                yield return part;
    }

    private int StartOf(int rank) => rank == ranks.Size ? length : (int)Math.Min(length, (length + (long)Line - 1) / Line * rank / ranks.Size * Line);

    private static void Grow(ref float[] values, int count)
    {
        if (values.Length < count)
            values = new float[count];
    }
}
