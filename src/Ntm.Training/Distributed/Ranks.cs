using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Ntm.Training.Distributed;

/// <summary>Exchanges texts, values and decisions between the ranks of a training.</summary>
/// <param name="exchange">The connection, of two or more ranks.</param>
internal sealed class Ranks(IGradientExchange exchange)
{
    private readonly int[] _counts = new int[exchange.Size];

    /// <summary>The number of this rank.</summary>
    public int Rank { get; } = exchange.Rank;

    /// <summary>The number of ranks, at least 2.</summary>
    public int Size { get; } = exchange.Size;

    /// <summary>Whether this is rank 0, which logs, observes and saves.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>The connection.</summary>
    public IGradientExchange Exchange { get; } = exchange;

    /// <summary>The requests of this rank that the next exchange of scores takes along.</summary>
    public RankRequests Own { get; set; }

    /// <summary>The requests of all ranks at the last exchange.</summary>
    public RankRequests All { get; set; }

    /// <summary>Returns the ranks of an exchange; <see langword="null"/> for one process.</summary>
    /// <exception cref="ArgumentException">The exchange has a bad rank or size.</exception>
    public static Ranks? Of(IGradientExchange? exchange)
    {
        if (exchange is null)
            return null;
        if (exchange.Size < 1 || exchange.Rank < 0 || exchange.Rank >= exchange.Size)
            throw new ArgumentException($"{nameof(Trainer)}.{nameof(Trainer.Exchange)} has rank {exchange.Rank} of {exchange.Size}; expected a rank below the size, from 0 on.");
        return exchange.Size == 1 ? null : new Ranks(exchange);
    }

    /// <summary>Exchanges the requests of all ranks at once.</summary>
    public void ShareRequests()
    {
        Span<byte> all = stackalloc byte[Size];
        _counts.AsSpan().Fill(1);
        Exchange.AllGather([(byte)Own], all, _counts);
        All = RankRequests.None;
        foreach (var one in all)
            All |= (RankRequests)one;
    }

    /// <summary>Returns whether a condition holds on any rank.</summary>
    public bool Any(bool condition)
    {
        Span<byte> all = stackalloc byte[Size];
        _counts.AsSpan().Fill(1);
        Exchange.AllGather([condition ? (byte)1 : (byte)0], all, _counts);
        return all.Contains((byte)1);
    }

    /// <summary>Gives the values of every rank to all ranks.</summary>
    /// <param name="own">The values of this rank.</param>
    /// <param name="all">Receives the values of all ranks.</param>
    /// <param name="countOf">Returns the number of values of a rank.</param>
    public void Gather<T>(ReadOnlySpan<T> own, Span<T> all, Func<int, int> countOf)
        where T : unmanaged
    {
        for (var rank = 0; rank < Size; rank++)
            _counts[rank] = checked(countOf(rank) * Marshal.SizeOf<T>());
        Exchange.AllGather(MemoryMarshal.AsBytes(own), MemoryMarshal.AsBytes(all), _counts);
    }

    /// <summary>Gives the text of every rank to all ranks.</summary>
    public string[] Gather(string text)
    {
        var own = Encoding.UTF8.GetBytes(text);
        var lengths = new int[Size];
        Gather<int>([own.Length], lengths, _ => 1);
        var all = new byte[lengths.Sum()];
        Gather<byte>(own, all, rank => lengths[rank]);
        var at = 0;
        return [.. lengths.Select(length => Encoding.UTF8.GetString(all, (at += length) - length, length))];
    }

    /// <summary>Gives the text of rank 0 to all ranks.</summary>
    /// <param name="text">The text on rank 0; ignored on the others.</param>
    public string TextOfFirst(string? text) => Encoding.UTF8.GetString(FromFirst(IsFirst ? Encoding.UTF8.GetBytes(text!) : null)!);

    /// <summary>Gives the data of rank 0 to all ranks.</summary>
    /// <param name="data">The data on rank 0, possibly <see langword="null"/>; ignored on the others.</param>
    public byte[]? FromFirst(byte[]? data)
    {
        Span<byte> header = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(header, data?.Length ?? -1);
        Exchange.Broadcast(header);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length < 0)
            return null;
        var bytes = IsFirst ? data! : new byte[length];
        Exchange.Broadcast(bytes);
        return bytes;
    }
}
