using System.Runtime.ExceptionServices;

namespace Ntm.Training.Tests.Distributed;

/// <summary>An exchange of ranks that are threads of this process. Ranks that make different calls are an error, which MPI would not notice.</summary>
internal sealed class ThreadExchange : IGradientExchange
{
    private readonly Hub _hub;

    private ThreadExchange(Hub hub, int rank) => (_hub, Rank) = (hub, rank);

    public int Rank { get; }

    public int Size => _hub.Size;

    /// <summary>The number of calls of this rank.</summary>
    public int Calls { get; private set; }

    /// <summary>Runs a rank on each of several threads.</summary>
    /// <param name="ranks">The number of ranks.</param>
    /// <param name="run">The program of a rank.</param>
    /// <returns>The results of the ranks.</returns>
    /// <exception cref="Exception">The failure of the lowest rank that failed.</exception>
    public static T[] Run<T>(int ranks, Func<IGradientExchange, T> run)
    {
        var outcomes = Try(ranks, run);
        foreach (var (_, failure) in outcomes)
            if (failure is not null)
                ExceptionDispatchInfo.Throw(failure);
        return [.. outcomes.Select(o => o.Result!)];
    }

    /// <summary>Runs a rank on each of several threads, and returns results and failures.</summary>
    public static (T? Result, Exception? Failure)[] Try<T>(int ranks, Func<IGradientExchange, T> run)
    {
        using var hub = new Hub(ranks);
        var outcomes = new (T?, Exception?)[ranks];
        Thread[] threads = [.. Enumerable.Range(0, ranks).Select(rank => new Thread(() =>
        {
            try
            {
                outcomes[rank] = (run(new ThreadExchange(hub, rank)), null);
            }
            catch (Exception e)
            {
                outcomes[rank] = (default, e);
            }
            finally
            {
                hub.Leave();
            }
        }))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            Assert.True(thread.Join(TimeSpan.FromMinutes(2)), "A rank waits for the others.");
        return outcomes;
    }

    public void Broadcast(Span<byte> data)
    {
        var length = data.Length;
        var all = Exchange($"broadcast {length}", [data.ToArray()]);
        all[0][0].CopyTo(data);
    }

    public void AllGather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts)
    {
        Assert.Equal(own.Length, counts[Rank]);
        var blocks = Exchange($"gather {string.Join(' ', counts.ToArray())}", [own.ToArray()]);
        var at = 0;
        for (var rank = 0; rank < Size; rank++)
        {
            Assert.Equal(counts[rank], blocks[rank][0].Length);
            blocks[rank][0].CopyTo(all[at..]);
            at += counts[rank];
        }
    }

    public void AllToAll(ReadOnlySpan<byte> own, ReadOnlySpan<int> ownCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts)
    {
        List<byte[]> blocks = [];
        var at = 0;
        foreach (var count in ownCounts)
        {
            blocks.Add(own.Slice(at, count).ToArray());
            at += count;
        }

        Assert.Equal(own.Length, at);
        var all = Exchange("all to all", [.. blocks]);
        at = 0;
        for (var rank = 0; rank < Size; rank++)
        {
            Assert.Equal(receivedCounts[rank], all[rank][Rank].Length);
            all[rank][Rank].CopyTo(received[at..]);
            at += receivedCounts[rank];
        }
    }

    public void Abort(Exception cause) => _hub.Break($"Rank {Rank} of {Size} failed: {cause.Message}");

    private byte[][][] Exchange(string call, byte[][] own)
    {
        Calls++;
        return _hub.Exchange(Rank, call, own);
    }

    private sealed class Hub(int size) : IDisposable
    {
        private readonly Barrier _barrier = new(size);
        private readonly CancellationTokenSource _broken = new();
        private readonly string[] _calls = new string[size];
        private readonly byte[][][] _data = new byte[size][][];
        private string? _reason;

        public int Size => size;

        public byte[][][] Exchange(int rank, string call, byte[][] own)
        {
            (_calls[rank], _data[rank]) = (call, own);
            Wait();
            byte[][][] all = [.. _data];
            string[] calls = [.. _calls];
            Wait();
            if (calls.Distinct().Count() > 1)
                throw new InvalidOperationException($"The ranks made different calls: {string.Join("; ", calls)}");
            return all;
        }

        public void Break(string reason)
        {
            _reason ??= reason;
            _broken.Cancel();
        }

        /// <summary>A rank that has ended cannot answer.</summary>
        public void Leave()
        {
            try
            {
                _barrier.RemoveParticipant();
            }
            catch (InvalidOperationException)
            {
                Break("A rank ended before the others.");
            }
        }

        public void Dispose()
        {
            _barrier.Dispose();
            _broken.Dispose();
        }

        private void Wait()
        {
            try
            {
                _barrier.SignalAndWait(_broken.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new ExchangeException(_reason!, e);
            }
        }
    }
}
