namespace Ntm.Runtime.Engine;

/// <summary>An object that keeps a workspace between a forward pass and its backward pass.</summary>
internal interface IWorkspaceHolder
{
    /// <summary>Returns its workspace if no backward pass can follow any more; <see langword="null"/> if one can, or if it has no workspace.</summary>
    ISequenceWorkspace? Abandon();

    /// <summary>Tells whether it has a workspace.</summary>
    bool IsHolding { get; }
}

/// <summary>
/// Workspaces for the calls of a machine. The pool keeps as many as a training needs at once for its next iteration, so that no iteration allocates or
/// collects. It frees workspaces that have been idle for a while.
/// </summary>
/// <param name="create">Creates a workspace.</param>
internal sealed class WorkspacePool(Func<ISequenceWorkspace> create) : IDisposable
{
    /// <summary>The number of rents after which an idle workspace is freed.</summary>
    private const long Patience = 1024;

    /// <summary>The idle workspaces, the most recently used one at the end.</summary>
    private readonly List<(ISequenceWorkspace Workspace, long LastUse)> _idle = [];

    /// <summary>The graphs that wait for their backward pass. There is no notification when a graph is dropped, so the pool asks them when there are
    /// many.</summary>
    private readonly List<IWorkspaceHolder> _waiting = [];

    private long _rents;
    private int _askAt = 4;
    private bool _disposed;

    /// <summary>Returns a workspace for exclusive use until it is given back.</summary>
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

    /// <summary>Registers a graph, so that the pool can take its workspace back if the graph is dropped without a backward pass.</summary>
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

    /// <summary>The number of graphs asked at a time grows with the number of graphs alive, so that the cost for each graph is constant.</summary>
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
