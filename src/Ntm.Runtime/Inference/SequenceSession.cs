using Ntm.Core.Serialization;

namespace Ntm.Runtime;

/// <summary>
/// The state of some streams of a model, which are computed in lockstep, a step at a time. A step allocates nothing and is computed on the caller's thread.
/// </summary>
/// <remarks>
/// A session is for one thread at a time, unlike its model. A call while another one is in flight is refused, and so is one after
/// <see cref="Dispose"/>; disposal during a call takes effect when that call ends.
/// </remarks>
public abstract class SequenceSession : IDisposable
{
    private readonly UsageGate _gate;
    private readonly UsageGate.Usage _model;
    private bool _isFinite = true;
    private int _freed;

    private protected SequenceSession(SequenceModel model, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        _gate = new UsageGate(this, "session");
        _model = model.Use();
        (Batch, InputSize, OutputSize) = (batch, model.InputSize, model.OutputSize);
    }

    /// <summary>The number of streams, <c>B</c>.</summary>
    public int Batch { get; }

    /// <summary>Width of the input vector, <c>I</c>.</summary>
    public int InputSize { get; }

    /// <summary>Width of the output vector, <c>O</c>.</summary>
    public int OutputSize { get; }

    /// <summary>Computes a step of every stream.</summary>
    /// <param name="input"><c>[B, I]</c>; finite.</param>
    /// <param name="output">Receives the logits, <c>[B, O]</c>. Apply the sigmoid for probabilities.</param>
    /// <exception cref="ArgumentException">A span does not have the expected length, the spans overlap, or an input is not finite. The message names the value
    /// and its place. The state is unchanged.</exception>
    /// <exception cref="InvalidOperationException">Another call is in flight on another thread, or an earlier step has left a state that is not finite, which
    /// only weights of extreme size do.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public unsafe void Step(ReadOnlySpan<float> input, Span<float> output)
    {
        using var usage = _gate.EnterAlone();
        SequenceArguments.RequireLength(nameof(input), input.Length, (long)Batch * InputSize, "B * I");
        SequenceArguments.RequireLength(nameof(output), output.Length, (long)Batch * OutputSize, "B * O");
        SequenceArguments.RequireApart(input, output, nameof(output));
        SequenceValues.CheckStep(input, Batch);
        if (!_isFinite)
            throw new InvalidOperationException("The session's state is NaN or infinite since its last step; expected a finite one: call Reset, and check the model.");
        fixed (float* x = input, y = output)
            _isFinite = Advance(x, y);
    }

    /// <summary>Returns to the model's initial state.</summary>
    /// <exception cref="InvalidOperationException">Another call is in flight on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public void Reset()
    {
        using var usage = _gate.EnterAlone();
        Begin();
        _isFinite = true;
    }

    /// <summary>Saves the state. Saving is atomic: an existing file stays until the new one is complete and on disk.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <exception cref="InvalidOperationException">Another call is in flight on another thread, or the state is too large for a file.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        State().Save(path);
    }

    /// <summary>Saves the state to a stream.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <exception cref="InvalidOperationException">Another call is in flight on another thread, or the state is too large for a file.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        State().Write(stream);
    }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        _gate.Close(() =>
        {
            if (Interlocked.Exchange(ref _freed, 1) != 0)
                return;
            Free();
            _model.Dispose();
        });
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins a call, which is the only one.</summary>
    private protected UsageGate.Usage UseAlone() => _gate.EnterAlone();

    /// <summary>Ends the use of the model after a constructor has failed.</summary>
    private protected void Abandon() => _model.Dispose();

    /// <summary>Computes a step; the arguments are checked.</summary>
    /// <param name="input"><c>[B, I]</c></param>
    /// <param name="output"><c>[B, O]</c></param>
    /// <returns>Whether the new state is finite.</returns>
    private protected abstract unsafe bool Advance(float* input, float* output);

    /// <summary>Sets the initial state.</summary>
    private protected abstract void Begin();

    /// <summary>Returns the state's tensors in the format of its file.</summary>
    private protected abstract SafeTensorsFile Snapshot();

    /// <summary>Frees the state.</summary>
    private protected abstract void Free();

    private SafeTensorsFile State()
    {
        using var usage = _gate.EnterAlone();
        return Snapshot();
    }
}
