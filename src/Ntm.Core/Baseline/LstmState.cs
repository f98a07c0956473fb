using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// The state that an <see cref="LstmNetwork"/> passes from one step to the next: an immutable value with the layout of the state of
/// torch's <c>LSTM</c>.
/// </summary>
public sealed class LstmState : IDisposable
{
    /// <summary>Creates a state. The tensors are not copied; disposing the state disposes them.</summary>
    /// <param name="h">The layers' outputs, lowest layer first, <c>[L, B, H]</c>.</param>
    /// <param name="c">The layers' cells, lowest layer first, <c>[L, B, H]</c>.</param>
    public LstmState(Tensor h, Tensor c)
    {
        ArgumentNullException.ThrowIfNull(h);
        ArgumentNullException.ThrowIfNull(c);
        (H, C) = (h, c);
    }

    /// <summary>The layers' outputs, lowest layer first, <c>[L, B, H]</c>.</summary>
    public Tensor H { get; }

    /// <summary>The layers' cells, lowest layer first, <c>[L, B, H]</c>.</summary>
    public Tensor C { get; }

    /// <summary>The number of sequences in the batch, <c>B</c>.</summary>
    public long BatchSize => H.size(1);

    /// <summary>Applies a function to each tensor, such as <c>t => t.detach()</c> or <c>t => t.to(device)</c>, and returns the new state.</summary>
    /// <param name="function">Maps a tensor to a tensor of the same shape.</param>
    public LstmState Select(Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new LstmState(function(H), function(C));
    }

    /// <summary>Returns the same values without their history: gradients stop here (truncated backpropagation through time).</summary>
    public LstmState Detach() => Select(t => t.detach());

    /// <summary>Moves the tensors to the dispose scope that encloses the current <see cref="DisposeScope"/>, so that they outlive the current one.</summary>
    /// <returns>This state.</returns>
    public LstmState MoveToOuterDisposeScope()
    {
        H.MoveToOuterDisposeScope();
        C.MoveToOuterDisposeScope();
        return this;
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        H.Dispose();
        C.Dispose();
    }
}
