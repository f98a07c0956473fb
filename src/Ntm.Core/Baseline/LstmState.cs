using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// Everything an <see cref="LstmNetwork"/> carries from one step to the next: an immutable value that goes in and comes out, laid out as
/// that of torch's <c>LSTM</c>.
/// </summary>
public sealed class LstmState : IDisposable
{
    /// <summary>Makes a state. The tensors are not copied; the state disposes them when it is disposed.</summary>
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

    /// <summary>Sequences in the batch, <c>B</c>.</summary>
    public long BatchSize => H.size(1);

    /// <summary>A new state from a function of each tensor, such as <c>t => t.detach()</c> or <c>t => t.to(device)</c>.</summary>
    /// <param name="function">Maps a tensor to a tensor of the same shape.</param>
    public LstmState Select(Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new LstmState(function(H), function(C));
    }

    /// <summary>The same values without their history: gradients stop here (truncated backpropagation through time).</summary>
    public LstmState Detach() => Select(t => t.detach());

    /// <summary>Hands the tensors to the enclosing <see cref="DisposeScope"/> of the current one, so that they outlive it.</summary>
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
