using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// A step of a chain. The tensors of the state after it are part of the graph from the beginning, but they are filled only when somebody reads the state:
/// until then the values are in the history alone, and so are their gradients, which the next step leaves here. Nobody can have seen, changed or
/// differentiated tensors that have never been read.
/// </summary>
internal sealed unsafe class StepPlace(StepChain chain, StepSegment segment, int slot)
{
    private volatile bool _isRead;
    private StateGradient? _gradient;
    private int _pass;

    public StepChain Chain => chain;

    /// <summary>The segment that has the step's history.</summary>
    public StepSegment Segment => segment;

    /// <summary>The step's number in the segment.</summary>
    public int Slot => slot;

    /// <summary>Whether the tensors of the state after the step have its values.</summary>
    public bool IsRead => _isRead;

    /// <summary>Fills the tensors of the state after the step, unless they have been disposed.</summary>
    /// <param name="tensors">The tensors, in their order.</param>
    public void Read(ReadOnlySpan<Tensor> tensors)
    {
        lock (chain.Lock)
        {
            if (_isRead)
                return;
            foreach (var tensor in tensors)
                if (tensor.IsInvalid)
                    return;
            var target = new StateBuffers(chain.Pool.Machine.Shape);
            for (var i = 0; i < tensors.Length; i++)
                target.Tensors[i] = TensorVersion.Start(tensors[i]);
            var engine = chain.Pool.RentEngine();
            engine.CopyState(segment, slot + 1, target);
            chain.Pool.Return(engine);
            _isRead = true;
        }
    }

    /// <summary>Leaves a gradient of the state after the step for the step's own backward pass in the same pass over the graph; takes over the buffer.</summary>
    public void Add(StateGradient gradient, int pass)
    {
        if (_gradient is not null && _pass == pass)
        {
            _gradient.Add(gradient);
            chain.Pool.Return(gradient);
            return;
        }

        Drop();
        (_gradient, _pass) = (gradient, pass);
        chain.Waiting.Add(this);
    }

    /// <summary>Returns the gradients that were left in this pass over the graph; <see langword="null"/> for none.</summary>
    public StateGradient? Take(int pass)
    {
        if (_gradient is null)
            return null;
        if (_pass != pass)
        {
            Drop();
            return null;
        }

        var gradient = _gradient;
        _gradient = null;
        chain.Waiting.Remove(this);
        return gradient;
    }

    /// <summary>Gives back a gradient whose pass has not reached the step.</summary>
    public void Drop()
    {
        if (_gradient is null)
            return;
        chain.Pool.Return(_gradient);
        _gradient = null;
        chain.Waiting.Remove(this);
    }
}
