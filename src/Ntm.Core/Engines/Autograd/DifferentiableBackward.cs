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
    /// <param name="shapes">For each argument (inputs, given state, parameters) its shape, or <see langword="null"/> if it has no gradient.</param>
    /// <param name="gradients">The gradients of the logits and the final state; invalid tensors for zero.</param>
    /// <returns>The arguments' gradients.</returns>
    public static Tensor?[] Run(BuiltInCell machine, SavedTensors saved, long[]?[] shapes, List<Tensor> gradients)
    {
        var cell = machine.Cell;
        if (!machine.Describes(cell))
            throw new InvalidOperationException("the model has been disposed or moved since; expected it where it was, for gradients with create_graph.");
        var given = saved.Given;
        var state = given.Count == 0 ? cell.InitialState(saved.Inputs.size(1)) : State(given);
        var (logits, final) = ReferenceEngine.Forward(cell, saved.Inputs, state);
        (Tensor Output, Tensor Gradient)[] differentiated =
            [.. new[] { logits }.Concat(final.Tensors()).Zip(gradients).Where(p => !p.Second.IsInvalid && p.First.requires_grad)];
        Tensor[] arguments = [saved.Inputs, .. given, .. machine.Tensors];
        Tensor[] wanted = [.. arguments.Where((_, i) => shapes[i] is not null)];
        if (differentiated.Length == 0 || wanted.Length == 0)
            return new Tensor?[arguments.Length];
        var found = autograd.grad(
            [.. differentiated.Select(d => d.Output)], wanted, [.. differentiated.Select(d => d.Gradient)], create_graph: true, allow_unused: true,
            retain_graph: true);
        var next = 0;
        return [.. shapes.Select(shape => shape is not null && found[next++] is { IsInvalid: false } gradient ? gradient : null)];
    }

    private static NtmState State(List<Tensor> tensors)
    {
        var controller = tensors.Count - 4;
        return new NtmState(
            [.. tensors.GetRange(0, controller)], tensors[controller], tensors[controller + 1], tensors[controller + 2], tensors[controller + 3]);
    }
}
