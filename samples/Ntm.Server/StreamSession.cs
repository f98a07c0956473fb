using Ntm.Runtime;

namespace Ntm.Server;

/// <summary>A stream of a client: a session of the model that one request at a time uses.</summary>
internal sealed class StreamSession : IDisposable
{
    private const float LargestOrdinary = 1e6f;

    private readonly Lock _lock = new();
    private readonly NtmModel _model;
    private readonly TimeProvider _time;
    private NtmSession _session;
    private long _lastUse;
    private bool _inUse;
    private bool _isClosed;

    public StreamSession(string id, NtmModel model, NtmSession session, long steps, TimeProvider time)
    {
        (Id, _model, _session, Steps, _time) = (id, model, session, steps, time);
        _lastUse = time.GetTimestamp();
    }

    /// <summary>The name that the session has in addresses.</summary>
    public string Id { get; }

    /// <summary>The number of steps since the session's beginning.</summary>
    public long Steps { get; private set; }

    /// <summary>Begins the use by a request.</summary>
    /// <exception cref="RefusedException">Another request uses the session.</exception>
    public Usage Use()
    {
        lock (_lock)
        {
            if (_isClosed)
                throw NotFound(Id);
            if (_inUse)
                throw new RefusedException(StatusCodes.Status409Conflict, "busy", $"The session '{Id}' is in use by another request; expected one request at a time.");
            _inUse = true;
            return new Usage(this);
        }
    }

    /// <summary>Computes steps, in a use. If that fails, the session is as it was before.</summary>
    /// <param name="stepper">Computes them.</param>
    /// <param name="inputs">The input vectors, one after the other.</param>
    /// <param name="cancelled">Ends the computation.</param>
    public float[][] Run(Stepper stepper, float[] inputs, CancellationToken cancelled)
    {
        // A state is some kilobytes, which take longer than a step. A single step cannot be cancelled, and ordinary numbers do not overflow.
        using var before = inputs.Length > _session.InputSize || inputs.Any(value => MathF.Abs(value) > LargestOrdinary) ? new MemoryStream() : null;
        if (before is not null)
            _session.Save(before);
        try
        {
            var outputs = stepper.Run(_session, inputs, cancelled);
            Steps += outputs.Length;
            return outputs;
        }
        catch when (before is not null)
        {
            before.Position = 0;
            var failed = _session;
            _session = _model.LoadSession(before, Id);
            failed.Dispose();
            throw;
        }
    }

    /// <summary>Saves the state, in a use.</summary>
    public void Save(Stream stream) => _session.Save(stream);

    /// <summary>Saves the state to a file, in a use.</summary>
    public void Save(string path) => _session.Save(path);

    /// <summary>Closes the session if no request has used it for some time.</summary>
    /// <returns>Whether this call has closed it.</returns>
    public bool CloseIfIdle(TimeSpan limit)
    {
        lock (_lock)
        {
            if (_inUse || _isClosed || _time.GetElapsedTime(_lastUse) < limit)
                return false;
            Close();
            return true;
        }
    }

    /// <summary>Closes the session. A request that uses it ends first.</summary>
    public void Dispose()
    {
        lock (_lock)
            Close();
    }

    /// <summary>Creates the exception for a session that does not exist.</summary>
    public static RefusedException NotFound(string id) => new(
        StatusCodes.Status404NotFound, "unknown-session",
        $"There is no session '{(id.Length > 40 ? id[..40] + "..." : id)}'; expected the id of an open one, which POST /sessions returns.");

    private void Close()
    {
        _isClosed = true;
        if (!_inUse)
            _session.Dispose();
    }

    private void Leave()
    {
        lock (_lock)
        {
            _inUse = false;
            _lastUse = _time.GetTimestamp();
            if (_isClosed)
                _session.Dispose();
        }
    }

    /// <summary>The use of a session by a request, until it is disposed.</summary>
    internal readonly struct Usage(StreamSession session) : IDisposable
    {
        public void Dispose() => session.Leave();
    }
}
