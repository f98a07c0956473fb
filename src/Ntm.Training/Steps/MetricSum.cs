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

    /// <summary>Calls the function for a batch.</summary>
    /// <exception cref="InvalidOperationException">The function returned something other than one or two numbers.</exception>
    public MetricNumbers Measure(Tensor logits, SequenceBatch batch)
    {
        var result = function(logits, batch) ?? throw Bad("null");
        if (result.numel() is not (1 or 2) || result.is_complex())
            throw Bad($"a tensor of shape [{string.Join(", ", result.shape)}] and type {result.dtype}");
        var values = result.detach().to(ScalarType.Float64).cpu().contiguous().data<double>();
        return new MetricNumbers(result.numel(), values[0], result.numel() == 2 ? values[1] : 0);
    }

    /// <summary>Adds the result of a batch.</summary>
    /// <param name="result">The result.</param>
    /// <param name="sequences">The number of the batch's sequences.</param>
    /// <exception cref="InvalidOperationException">The function returned one number for one batch and two for another.</exception>
    public void Add(MetricNumbers result, long sequences)
    {
        if (_numbers != 0 && result.Numbers != _numbers)
            throw Bad($"{result.Numbers} numbers, and {_numbers} for an earlier batch");
        _numbers = result.Numbers;
        _sum += result.Sum;
        _count += result.Count;
        _sequences += sequences;
    }

    private InvalidOperationException Bad(string found) =>
        new($"The function of the metric '{name}' returned {found}; expected one number, or two: a sum and a count.");
}
