using Ntm.Tasks;
using static TorchSharp.torch;

namespace Ntm.Training.Steps;

/// <summary>Adds up a custom metric over the batches of an evaluation, in double precision.</summary>
internal sealed class MetricSum(string name, MetricFunction function)
{
    private long _sequences;
    private double _sum;
    private double _count;
    private long _numbers;

    /// <summary>The metric over the batches so far.</summary>
    public double Value => _sum / (_numbers == 2 ? _count : _sequences);

    /// <summary>Adds a batch.</summary>
    /// <exception cref="InvalidOperationException">The function returned something other than one or two numbers.</exception>
    public void Add(Tensor logits, SequenceBatch batch)
    {
        var result = function(logits, batch) ?? throw Bad("null");
        if (result.numel() is not (1 or 2) || result.is_complex())
            throw Bad($"a tensor of shape [{string.Join(", ", result.shape)}] and type {result.dtype}");
        if (_numbers != 0 && result.numel() != _numbers)
            throw Bad($"{result.numel()} numbers, and {_numbers} for an earlier batch");
        _numbers = result.numel();
        var values = result.detach().to(ScalarType.Float64).cpu().contiguous().data<double>();
        _sum += values[0];
        if (_numbers == 2)
            _count += values[1];
        _sequences += batch.BatchSize;
    }

    private InvalidOperationException Bad(string found) =>
        new($"The function of the metric '{name}' returned {found}; expected one number, or two: a sum and a count.");
}
