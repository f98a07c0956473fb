using Ntm.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Support;

/// <summary>A custom module with two dropouts and one that it shares with another part; records the modes in which it was called.</summary>
internal sealed class DropoutModel : nn.Module, ISequenceModel
{
    private readonly Linear linear = nn.Linear(1, 1, dtype: float32);
    private readonly Sequential first;
    private readonly Sequential second;

    public DropoutModel()
        : base(nameof(DropoutModel))
    {
        var shared = nn.Dropout(0.5);
        first = nn.Sequential(("own", nn.Dropout(0.5)), ("shared", shared));
        second = nn.Sequential(("below", nn.Sequential(("shared", shared))));
        RegisterComponents();
        using (no_grad())
        {
            linear.weight.fill_(0.25);
            linear.bias!.fill_(0.125);
        }
    }

    public int InputSize => 1;

    public int OutputSize => 1;

    /// <summary>Whether each call computed a gradient, and whether any module was in train mode.</summary>
    public List<(bool IsTraining, bool AnyInTrainMode)> Calls { get; } = [];

    public Action OnForward { get; set; } = () => { };

    /// <summary>The modes of all modules, by name.</summary>
    public Dictionary<string, bool> Modes => named_modules().Prepend(("", this)).ToDictionary(m => m.Item1, m => m.Item2.training);

    public Tensor Logits(Tensor inputs)
    {
        Calls.Add((is_grad_enabled(), Modes.ContainsValue(true)));
        OnForward();
        using var scope = NewDisposeScope();
        return second.forward(first.forward(linear.forward(inputs))).MoveToOuterDisposeScope();
    }
}
