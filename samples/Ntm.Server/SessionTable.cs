using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Ntm.Core.Serialization;
using Ntm.Runtime;

namespace Ntm.Server;

/// <summary>The open sessions by id. An id has 128 random bits: nobody finds the session of another client by trying.</summary>
internal sealed class SessionTable(NtmModel model, IOptions<ServerOptions> options, TimeProvider time, ServerMetrics metrics) : IDisposable
{
    private readonly ConcurrentDictionary<string, StreamSession> _sessions = new();
    private int _count;

    /// <summary>The open sessions.</summary>
    public IEnumerable<StreamSession> All => _sessions.Values;

    /// <summary>Opens a session in the model's initial state.</summary>
    /// <exception cref="RefusedException">There are as many as there may be.</exception>
    public StreamSession Open() => Add(NewId(), 0, () => model.NewSession());

    /// <summary>Opens a session in a saved state.</summary>
    /// <param name="state">The state's file.</param>
    /// <exception cref="RefusedException">There are as many sessions as there may be, or the file is not a state of one stream of the model.</exception>
    public StreamSession Open(Stream state) => Add(NewId(), 0, () => Load(state));

    /// <summary>Opens a session again under the id that it had before a stop.</summary>
    /// <param name="id">The id.</param>
    /// <param name="steps">The number of its steps.</param>
    /// <param name="state">The state's file.</param>
    /// <exception cref="RefusedException">There are as many sessions as there may be, or the file is not a state of one stream of the model.</exception>
    public StreamSession Resume(string id, long steps, Stream state) => Add(id, steps, () => Load(state));

    /// <exception cref="RefusedException">There is no session of this id.</exception>
    public StreamSession Find(string id) => _sessions.TryGetValue(id, out var session) ? session : throw StreamSession.NotFound(id);

    /// <exception cref="RefusedException">There is no session of this id.</exception>
    public void Close(string id)
    {
        if (!_sessions.TryRemove(id, out var session))
            throw StreamSession.NotFound(id);
        Leave();
        session.Dispose();
    }

    /// <summary>Closes the sessions that no request has used for the time of the options.</summary>
    public void CloseIdle()
    {
        foreach (var session in _sessions.Values.Where(s => s.CloseIfIdle(options.Value.SessionIdle)))
            if (_sessions.TryRemove(session.Id, out _))
                Leave();
    }

    public void Dispose()
    {
        foreach (var session in _sessions.Values)
            session.Dispose();
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private NtmSession Load(Stream state)
    {
        NtmSession session;
        try
        {
            session = model.LoadSession(state, "The state");
        }
        catch (SafeTensorsFormatException e)
        {
            throw RefusedException.BadInput(e.Message);
        }

        if (session.Batch == 1)
            return session;
        var batch = session.Batch;
        session.Dispose();
        throw RefusedException.BadInput($"The state is one of {batch} streams; expected 1.");
    }

    private StreamSession Add(string id, long steps, Func<NtmSession> create)
    {
        if (Interlocked.Increment(ref _count) > options.Value.MaxSessions)
        {
            Interlocked.Decrement(ref _count);
            throw new RefusedException(
                StatusCodes.Status503ServiceUnavailable, "sessions", $"{options.Value.MaxSessions} sessions are open; expected fewer: close one, or try again later.");
        }

        try
        {
            var session = new StreamSession(id, model, create(), steps, time);
            _sessions[id] = session;
            metrics.SessionOpened();
            return session;
        }
        catch
        {
            Interlocked.Decrement(ref _count);
            throw;
        }
    }

    private void Leave()
    {
        Interlocked.Decrement(ref _count);
        metrics.SessionClosed();
    }
}
