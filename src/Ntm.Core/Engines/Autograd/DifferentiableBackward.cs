using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// Computes a backward pass whose gradients can be differentiated again (<c>create_graph</c>), as a gradient penalty needs. The engines' own gradients
/// cannot,
/// so the reference engine computes the sequence once more.
/// </summary>
internal static class DifferentiableBackward
{
    /// <param name="machine">The cell as it was in the forward pass.</param>
    /// <param name="saved">The tensors that the graph has saved.</param>
    /// <param name="lengths">Each sequence's length; empty if there is no padding.</param>
    /// <param name="dropout">The dropout of the call.</param>
    /// <param name="shapes">For each argument (inputs, given state, parameters) its shape, or <see langword="null"/> if it has no gradient.</param>
    /// <param name="gradients">The gradients of the logits and the final state; invalid tensors for zero.</param>
    /// <returns>The arguments' gradients.</returns>
    public static Tensor?[] Run(
        BuiltInCell machine, SavedTensors saved, int[] lengths, DropoutMasks dropout, long[]?[] shapes, List<Tensor> gradients)
    {
        var cell = Present(machine);
        var given = saved.Given;
        var own = Separation.Of([saved.Inputs, .. given]);
        var state = given.Count == 0 ? cell.InitialState(saved.Inputs.size(1)) : NtmState.Of(CollectionsMarshal.AsSpan(own).Slice(1, given.Count));
        var (logits, final) = ReferenceEngine.Forward(cell, own[0], state, lengths, dropout);
        return Differentiate([logits, .. final.Tensors()], gradients, [.. own, .. machine.Tensors], [.. shapes.Select(s => s is not null)]);
    }

    /// <summary>Does the same for a single step.</summary>
    /// <param name="machine">The cell as it was in the forward pass.</param>
    /// <param name="input"><c>[B, I]</c></param>
    /// <param name="given">The tensors of the state before the step.</param>
    /// <param name="dropout">The dropout of the call.</param>
    /// <param name="wanted">For each argument (input, given state, parameters) whether it has a gradient.</param>
    /// <param name="gradients">The gradients of the logits and the final state; <see langword="null"/> for zero.</param>
    /// <returns>The arguments' gradients.</returns>
    public static Tensor?[] Run(
        BuiltInCell machine, Tensor input, List<Tensor> given, in DropoutMasks dropout, bool[] wanted, List<Tensor?> gradients)
    {
        var own = Separation.Of([input, .. given]);
        var step = Present(machine).Step(own[0], NtmState.Of(CollectionsMarshal.AsSpan(own).Slice(1, given.Count)), dropout, 0);
        return Differentiate([step.Logits, .. step.State.Tensors()], gradients, [.. own, .. machine.Tensors], wanted);
    }

    private static NtmCell Present(BuiltInCell machine) => machine.Describes(machine.Cell) ? machine.Cell
        : throw new InvalidOperationException("the model has been disposed or moved since; expected it where it was, for gradients with create_graph.");

    private static Tensor?[] Differentiate(Tensor[] outputs, IEnumerable<Tensor?> gradients, Tensor[] arguments, bool[] isWanted)
    {
        (Tensor Output, Tensor Gradient)[] differentiated = [.. outputs.Zip(gradients).Where(p => p.Second?.IsInvalid == false && p.First.requires_grad)!];
        Tensor[] wanted = [.. arguments.Where((_, i) => isWanted[i])];
        if (differentiated.Length == 0 || wanted.Length == 0)
            return new Tensor?[arguments.Length];
        var found = Separation.Closed(() => autograd.grad(
            [.. differentiated.Select(d => d.Output)], wanted, [.. differentiated.Select(d => d.Gradient)], create_graph: true, allow_unused: true,
            retain_graph: true));
        var next = 0;
        return [.. isWanted.Select(w => w && found[next++] is { IsInvalid: false } gradient ? gradient : null)];
    }
}
