using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// A machine as a module from inputs <c>[T, B, I]</c> to logits <c>[T, B, O]</c>, for <c>nn.Sequential</c>. Every call starts from the initial state.
/// </summary>
/// <remarks>
/// The only submodule is <c>machine</c>: the parameters are the machine's own, shared and not copied. As with every module that contains others, disposing
/// this one disposes the machine.
/// </remarks>
public sealed class NtmLogits : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "machine")] private readonly NeuralTuringMachine _machine;

    /// <summary>Creates a view of a machine and takes ownership of it.</summary>
    /// <param name="machine">The machine.</param>
    public NtmLogits(NeuralTuringMachine machine)
        : base(nameof(NtmLogits))
    {
        ArgumentNullException.ThrowIfNull(machine);
        _machine = machine;
        RegisterComponents();
    }

    /// <summary>The machine.</summary>
    public NeuralTuringMachine Machine => _machine;

    /// <summary>Computes sequences from the initial state.</summary>
    /// <param name="input"><c>[T, B, I]</c>; at least one step and one sequence, finite.</param>
    /// <returns>The logits <c>[T, B, O]</c>.</returns>
    /// <exception cref="ArgumentException">The shape, element type or device is not the expected one, or a value is not finite.</exception>
    public override Tensor forward(Tensor input) => _machine.Logits(input);
}
