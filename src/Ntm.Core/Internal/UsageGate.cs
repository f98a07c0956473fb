namespace Ntm.Core.Internal;

/// <summary>
/// Calls in flight on an object that another thread may dispose: disposal waits for them, without blocking anybody. A call keeps the object from
/// the garbage collector as well.
/// </summary>
/// <param name="owner">The object.</param>
/// <param name="word">What messages call it.</param>
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

    /// <summary>As <see cref="Enter"/>, for an object that computes one call at a time.</summary>
    /// <exception cref="ObjectDisposedException">The object has been disposed.</exception>
    /// <exception cref="InvalidOperationException">There is another call.</exception>
    public Usage EnterAlone()
    {
        var usage = Enter();
        if (Volatile.Read(ref _users) == 1)
            return usage;
        usage.Dispose();
        throw new InvalidOperationException($"The {word} is in use by another thread; expected one call at a time.");
    }

    /// <summary>Lets no further calls in, and disposes at once or when the last call ends, on its thread.</summary>
    /// <param name="dispose">What disposes the object.</param>
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
