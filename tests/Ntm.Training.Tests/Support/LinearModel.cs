using Ntm.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Support;

/// <summary>A custom model, <c>w x + b</c> of each step; records its batches.</summary>
internal sealed class LinearModel : ISequenceModel, IDisposable
{
    private readonly Parameter _weight = new(full(1, 0.25f));
    private readonly Parameter _bias = new(full(1, 0.125f));

    /// <summary>Zero, with an infinite derivative if <see cref="AddTrap"/> is set.</summary>
    private readonly Parameter _trap = new(zeros(1));

    public int InputSize => 1;

    public int OutputSize => 1;

    /// <summary>Batch sizes of the training, which runs with gradients.</summary>
    public List<long> Training { get; } = [];

    /// <summary>Batch sizes of the evaluations, which run without.</summary>
    public List<long> Evaluation { get; } = [];

    /// <summary>The number of training batches after which the logits are NaN.</summary>
    public int NanAfter { get; set; } = int.MaxValue;

    /// <summary>The number of training batches after which a gradient is infinite while the loss is finite.</summary>
    public int AddTrap { get; set; } = int.MaxValue;

    public Action<LinearModel> OnForward { get; set; } = _ => { };

    public Tensor Logits(Tensor inputs)
    {
        (is_grad_enabled() ? Training : Evaluation).Add(inputs.size(1));
        OnForward(this);
        using var scope = NewDisposeScope();
        var logits = inputs * _weight + _bias;
        if (Training.Count > NanAfter)
            logits = logits * float.NaN;
        if (Training.Count > AddTrap)
            logits = logits + _trap.sqrt();
        return logits.MoveToOuterDisposeScope();
    }

    public IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) =>
        [("weight", _weight), ("bias", _bias), ("trap", _trap)];

    public IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true) => [];

    /// <summary>Makes the model predict the opposite.</summary>
    public void Negate()
    {
        using (no_grad())
        {
            _weight.neg_();
            _bias.neg_();
        }
    }

    public float[] Values() => [.. named_parameters().SelectMany(p => p.parameter.data<float>().ToArray())];

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
        _trap.Dispose();
    }
}
