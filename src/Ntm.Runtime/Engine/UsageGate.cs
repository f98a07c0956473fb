namespace Ntm.Runtime.Engine;

/// <summary>
/// Tracks calls in flight on an object that another thread may dispose. Disposal takes effect after the last call, without blocking any thread. A call
/// also keeps the object from being garbage collected.
/// </summary>
/// <param name="owner">The object.</param>
/// <param name="word">The name of the object in messages.</param>
internal sealed class UsageGate(object owner, string word)
{
    private readonly Lock _lock = new();
    private readonly List<Action> _postponed = [];
    private int _users;
    private bool _closed;

    /// <summary>Begins a call, which ends when the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The object has been disposed.</exception>
    public Usage Enter()
    {
        lock (_lock)
        {
            if (_closed)
                throw new ObjectDisposedException(owner.GetType().Name, $"The {word} has been disposed.");
            _users++;
        }

        return new Usage(this);
    }

    /// <summary>Does the same as <see cref="Enter"/>, for an object that supports one call at a time.</summary>
    /// <exception cref="ObjectDisposedException">The object has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Another call is in flight.</exception>
    public Usage EnterAlone()
    {
        var usage = Enter();
        if (Volatile.Read(ref _users) == 1)
            return usage;
        usage.Dispose();
        throw new InvalidOperationException($"The {word} is in use by another thread; expected one call at a time.");
    }

    /// <summary>Refuses further calls, and disposes at once or, on the thread of the last call, when that call ends.</summary>
    /// <param name="dispose">Disposes the object.</param>
    public void Close(Action dispose)
    {
        lock (_lock)
        {
            _closed = true;
            if (_users > 0)
            {
                _postponed.Add(dispose);
                return;
            }
        }

        dispose();
    }

    private void Leave()
    {
        Action[] due;
        lock (_lock)
        {
            if (--_users > 0 || _postponed.Count == 0)
                return;
            due = [.. _postponed];
            _postponed.Clear();
        }

        foreach (var dispose in due)
            dispose();
    }

    /// <summary>A call in flight.</summary>
    public readonly struct Usage(UsageGate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }
}
