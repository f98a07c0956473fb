using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Input and state of a step in the form that the engine reads: contiguous, copied only if they are not.</summary>
internal readonly unsafe ref struct PlainStep
{
    private readonly List<Tensor>? _copies;

    /// <param name="machine">The machine.</param>
    /// <param name="input"><c>[B, I]</c></param>
    /// <param name="state">The state; <see langword="null"/> for none.</param>
    public PlainStep(SequenceMachine machine, Tensor input, NtmState? state)
    {
        Input = Start(input, ref _copies);
        if (state is null)
            return;
        Given = new StateBuffers(machine.Shape);
        var next = 0;
        foreach (var tensor in state.Tensors())
            Given.Tensors[next++] = Start(tensor, ref _copies);
    }

    public float* Input { get; }

    public StateBuffers? Given { get; }

    public void Dispose() => _copies?.ForEach(copy => copy.Dispose());

    private static float* Start(Tensor tensor, ref List<Tensor>? copies)
    {
        if (tensor.is_contiguous())
            return TensorVersion.Start(tensor);
        var copy = tensor.contiguous();
        (copies ??= []).Add(copy);
        return TensorVersion.Start(copy);
    }
}
