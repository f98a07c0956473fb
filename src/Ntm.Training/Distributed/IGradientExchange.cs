namespace Ntm.Training;

/// <summary>
/// The connection of the processes that share a training, called ranks. Every rank runs the same program with the same settings. The package
/// Ntm.Distributed has one over MPI.
/// </summary>
/// <remarks>All ranks make the same calls in the same order, and a call returns after the ranks that it needs have made theirs. It is used by one thread at a
/// time.</remarks>
public interface IGradientExchange
{
    /// <summary>The number of this process, 0 to <see cref="Size"/> - 1.</summary>
    int Rank { get; }

    /// <summary>The number of processes, at least 1.</summary>
    int Size { get; }

    /// <summary>Gives the data of rank 0 to all ranks.</summary>
    /// <param name="data">The data on rank 0; receives them on the others. It has the same length everywhere.</param>
    /// <exception cref="ExchangeException">The connection failed.</exception>
    void Broadcast(Span<byte> data);

    /// <summary>Gives the data of every rank to all ranks.</summary>
    /// <param name="own">The data of this rank, possibly none.</param>
    /// <param name="all">Receives the data of all ranks, one after the other.</param>
    /// <param name="counts">The number of bytes of each rank, the same on all ranks.</param>
    /// <exception cref="ExchangeException">The connection failed.</exception>
    void AllGather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts);

    /// <summary>Gives every rank different data of every rank.</summary>
    /// <param name="own">The data of this rank for rank 0, then those for rank 1, and so on.</param>
    /// <param name="ownCounts">The number of bytes for each rank.</param>
    /// <param name="received">Receives the data from rank 0 for this rank, then those from rank 1, and so on.</param>
    /// <param name="receivedCounts">The number of bytes from each rank.</param>
    /// <exception cref="ExchangeException">The connection failed.</exception>
    void AllToAll(ReadOnlySpan<byte> own, ReadOnlySpan<int> ownCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts);

    /// <summary>Ends the other ranks, which would wait for this one: called when this rank fails and the others cannot know. It may end this process as
    /// well.</summary>
    /// <param name="cause">The failure.</param>
    void Abort(Exception cause);
}
