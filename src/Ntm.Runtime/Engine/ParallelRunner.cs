using System.Runtime.ExceptionServices;

namespace Ntm.Runtime.Engine;

/// <summary>A numbered piece of work.</summary>
internal interface IParallelWork
{
    /// <param name="piece">The number of the piece.</param>
    /// <param name="slot">The number of the thread: two pieces that run at the same time never have the same number.</param>
    void Execute(int piece, int slot);
}

/// <summary>
/// Runs pieces of work on the caller's thread and on pool threads, which are parked when there is nothing to do. The caller
/// takes part and waits only for threads that have begun, so an exhausted pool slows it down but never blocks it. Allocates
/// nothing from the second run on.
/// </summary>
internal sealed class ParallelRunner
{
    private readonly object _gate = new();
    private Helper[] _helpers = [];
    private IParallelWork? _work;
    private Exception? _failure;
    private int _count;
    private int _next;
    private int _active;

    /// <summary>Runs all pieces and returns when they are done.</summary>
    public void Run(IParallelWork work, int count, int threads)
    {
        var helpers = Math.Min(threads, count) - 1;
        if (helpers <= 0)
        {
            for (var piece = 0; piece < count; piece++)
                work.Execute(piece, 0);
            return;
        }

        while (_helpers.Length < helpers)
            _helpers = [.. _helpers, new Helper(this, _helpers.Length + 1)];
        lock (_gate)
            (_work, _count, _next, _failure) = (work, count, 0, null);
        for (var h = 0; h < helpers; h++)
            _helpers[h].Queue();
        TakePart(work, 0);
        Finish();
        if (_failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    private void Finish()
    {
        // Lanes have similar lengths: a short spin usually avoids sleeping.
        var spin = new SpinWait();
        while (Volatile.Read(ref _active) > 0 && spin.Count < 30)
            spin.SpinOnce(sleep1Threshold: -1);
        lock (_gate)
        {
            _work = null;
            while (_active > 0)
                Monitor.Wait(_gate);
        }
    }

    private void TakePart(IParallelWork work, int slot)
    {
        try
        {
            for (var piece = Interlocked.Increment(ref _next) - 1; piece < _count; piece = Interlocked.Increment(ref _next) - 1)
                work.Execute(piece, slot);
        }
        catch (Exception failure) when (slot > 0 || _active > 0)
        {
            // The other threads still use the memory of the work: throw after they have stopped.
            _failure = failure;
            Volatile.Write(ref _next, _count);
        }
    }

    private sealed class Helper(ParallelRunner crew, int slot) : IThreadPoolWorkItem
    {
        private bool _queued;

        public void Queue()
        {
            lock (crew._gate)
            {
                // A work item that was queued for an earlier run and has not begun yet takes part in this run.
                if (_queued)
                    return;
                _queued = true;
            }

            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Execute()
        {
            IParallelWork? work;
            lock (crew._gate)
            {
                work = crew._work;
                if (work is null)
                {
                    _queued = false;
                    return;
                }

                crew._active++;
            }

            crew.TakePart(work, slot);
            lock (crew._gate)
            {
                _queued = false;
                if (--crew._active == 0)
                    Monitor.PulseAll(crew._gate);
            }
        }
    }
}
