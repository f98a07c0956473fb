namespace Ntm.Core.Engines;

/// <summary>Something that keeps a workspace between a forward pass and its backward pass.</summary>
internal interface IWorkspaceHolder
{
    /// <summary>Gives the workspace up if there can be no backward pass any more; <see langword="null"/> if there can, or if it has none.</summary>
    ISequenceWorkspace? Abandon();

    /// <summary>Whether it has a workspace.</summary>
    bool IsHolding { get; }
}

/// <summary>
/// Workspaces for the calls of a machine. As many as a training needs at once stay for its next iteration, without a new allocation or a
/// collection; those that nobody has needed for a while are freed.
/// </summary>
/// <param name="create">Makes a workspace.</param>
internal sealed class WorkspacePool(Func<ISequenceWorkspace> create) : IDisposable
{
    /// <summary>Rents after which a workspace that stayed idle is freed.</summary>
    private const long Patience = 1024;

    /// <summary>Idle workspaces, the one used last at the end.</summary>
    private readonly List<(ISequenceWorkspace Workspace, long LastUse)> _idle = [];

    /// <summary>Graphs that wait for their backward pass. Nobody is told when one is dropped: they are asked when there are many.</summary>
    private readonly List<IWorkspaceHolder> _waiting = [];

    private long _rents;
    private int _askAt = 4;
    private bool _disposed;

    /// <summary>A workspace that nobody else uses until it is returned.</summary>
    public ISequenceWorkspace Rent()
    {
        lock (_idle)
        {
            _rents++;
            if (_waiting.Count >= _askAt)
                Collect();
            if (_rents % (Patience / 4) == 0)
                FreeUnused();
            if (_idle.Count > 0)
            {
                var (workspace, _) = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
                return workspace;
            }
        }

        return create();
    }

    /// <summary>Takes a workspace back.</summary>
    public void Return(ISequenceWorkspace workspace)
    {
        lock (_idle)
        {
            if (!_disposed)
            {
                _idle.Add((workspace, _rents));
                return;
            }
        }

        workspace.Dispose();
    }

    /// <summary>Takes a workspace back from a graph that is dropped without a backward pass.</summary>
    public void Watch(IWorkspaceHolder holder)
    {
        lock (_idle)
            _waiting.Add(holder);
    }

    public void Dispose()
    {
        List<(ISequenceWorkspace Workspace, long)> idle;
        lock (_idle)
        {
            _disposed = true;
            Collect();
            idle = [.. _idle];
            _idle.Clear();
        }

        idle.ForEach(i => i.Workspace.Dispose());
    }

    /// <summary>The number asked grows with the graphs alive, so that asking costs each graph a constant.</summary>
    private void Collect()
    {
        _waiting.RemoveAll(holder =>
        {
            if (holder.Abandon() is not { } workspace)
                return !holder.IsHolding;
            _idle.Add((workspace, _rents));
            return true;
        });
        _askAt = Math.Max(4, 2 * _waiting.Count);
    }

    private void FreeUnused()
    {
        var unused = 0;
        while (unused < _idle.Count && _idle[unused].LastUse < _rents - Patience)
            _idle[unused++].Workspace.Dispose();
        _idle.RemoveRange(0, unused);
    }
}
