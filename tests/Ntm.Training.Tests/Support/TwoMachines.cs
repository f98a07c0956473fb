using Ntm.Core;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Support;

/// <summary>A custom module of two machines with dropout, whose logits it adds; records where they are in their streams of masks.</summary>
internal sealed class TwoMachines : nn.Module, ISequenceModel
{
    [ComponentName(Name = "first")] private readonly NeuralTuringMachine _first;
    [ComponentName(Name = "second")] private readonly NeuralTuringMachine _second;

    public TwoMachines(int seed = 1)
        : base(nameof(TwoMachines))
    {
        (_first, _second) = (SmallMachine.Create(seed, dropout: 0.3), SmallMachine.Create(seed, dropout: 0.3));
        RegisterComponents();
    }

    public int InputSize => _first.InputSize;

    public int OutputSize => _first.OutputSize;

    /// <summary>The positions before each call, and whether it computed a gradient.</summary>
    public List<(bool IsTraining, DropoutPosition First, DropoutPosition Second)> Calls { get; } = [];

    /// <summary>The numbers of the calls with a gradient that return NaN.</summary>
    public HashSet<int> Diverging { get; } = [];

    public Tensor Logits(Tensor inputs)
    {
        Calls.Add((is_grad_enabled(), _first.DropoutPosition, _second.DropoutPosition));
        using var scope = NewDisposeScope();
        var logits = _first.Logits(inputs) + _second.Logits(inputs);
        if (is_grad_enabled() && Diverging.Contains(Calls.Count(c => c.IsTraining)))
            logits *= double.NaN;
        return logits.MoveToOuterDisposeScope();
    }
}
