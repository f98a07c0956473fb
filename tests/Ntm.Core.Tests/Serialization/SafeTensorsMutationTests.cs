using System.Buffers.Binary;
using System.Diagnostics;
using Ntm.Core.Serialization;

namespace Ntm.Core.Tests.Serialization;

/// <summary>Damaged files give a valid result or the one exception, quickly and with memory in proportion to the file.</summary>
public class SafeTensorsMutationTests
{
    private const int Mutations = 2_000;

    // Object headers, growing lists and exceptions; whatever the file.
    private const long FixedBytes = 100_000;
    private const long BytesPerFileByte = 20;

    [Fact]
    public void Cut_files() => RefusedOrRead(Cut);

    [Fact]
    public void Files_with_flipped_bits() => RefusedOrRead(FlipBits);

    [Fact]
    public void Files_with_random_bytes() => RefusedOrRead(RandomBytes);

    [Fact]
    public void Files_with_a_random_header_length() => RefusedOrRead(RandomLength);

    [Fact]
    public void Files_with_another_token_for_a_digit() => RefusedOrRead(RandomToken);

    [Fact]
    public void Files_with_a_piece_copied_elsewhere() => RefusedOrRead(Splice);

    [Fact]
    public void Many_tiny_tensors() => Assert.False(IsRefused(HandMadeFile.Of(
        $"{{{Repeat(name => $"\"{name}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}")}}}")));

    [Fact]
    public void Many_tiny_texts() => Assert.False(IsRefused(HandMadeFile.Of(
        $"{{\"__metadata__\":{{{Repeat(name => $"\"{name}\":\"\"")}}}}}")));

    private static string Repeat(Func<string, string> entry) =>
        string.Join(',', Enumerable.Range(0, 20_000).Select(i => entry(i.ToString("x"))));

    private static void RefusedOrRead(Func<Random, byte[], byte[]> mutate)
    {
        var random = new Random(20141020);
        byte[] original = Original();
        Assert.False(IsRefused(original));
        int refused = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Mutations; i++)
            refused += IsRefused(mutate(random, original)) ? 1 : 0;

        Assert.InRange(refused, Mutations / 20, Mutations);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    private static bool IsRefused(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool refused = false;
        try
        {
            HandMadeFile.Read(file);
        }
        catch (SafeTensorsFormatException)
        {
            refused = true;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, FixedBytes + BytesPerFileByte * file.Length);
        return refused;
    }

    private static byte[] Original()
    {
        var random = new Random(1);
        SafeTensor[] tensors = [.. Enum.GetValues<SafeTensorsDType>().Select(dtype =>
        {
            long[] shape = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.NextInt64(4))];
            byte[] data = new byte[shape.Aggregate((long)dtype.ByteSize(), (product, size) => product * size)];
            random.NextBytes(data);
            return new SafeTensor($"controller.{dtype}.weight", dtype, shape, data);
        })];
        var stream = new MemoryStream();
        new SafeTensorsFile(tensors, [new("format", "pt"), new("Größe", "\"\n😀")]).Write(stream);
        return stream.ToArray();
    }

    private static byte[] Cut(Random random, byte[] file) => file[..random.Next(file.Length)];

    private static byte[] FlipBits(Random random, byte[] file)
    {
        byte[] damaged = [.. file];
        for (int flips = random.Next(1, 4); flips > 0; flips--)
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    private static byte[] RandomBytes(Random random, byte[] file)
    {
        byte[] damaged = [.. file];
        int start = random.Next(damaged.Length);
        random.NextBytes(damaged.AsSpan(start, random.Next(1, Math.Min(20, damaged.Length - start) + 1)));
        return damaged;
    }

    /// <summary>A header length of any magnitude.</summary>
    private static byte[] RandomLength(Random random, byte[] file)
    {
        byte[] damaged = [.. file];
        BinaryPrimitives.WriteUInt64LittleEndian(damaged, (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64));
        return damaged;
    }

    /// <summary>Another token in place of a digit, so that most results are JSON and wrong in what they say.</summary>
    private static byte[] RandomToken(Random random, byte[] file)
    {
        ReadOnlySpan<string> tokens =
        [
            "-1", "1e9", "0.5", "7", "99999999", "9223372036854775807", "9223372036854775808",
            "[]", "{}", "\"1\"", "null", "1,1", "", "[[[[[[",
        ];
        int headerEnd = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        int place;
        do
            place = random.Next(8, headerEnd);
        while (!char.IsAsciiDigit((char)file[place]));

        byte[] token = System.Text.Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Length)]);
        byte[] damaged = [.. file[..place], .. token, .. file[(place + 1)..]];
        BinaryPrimitives.WriteUInt64LittleEndian(damaged, (ulong)(headerEnd - 8 - 1 + token.Length));
        return damaged;
    }

    /// <summary>A piece of the file copied over another place.</summary>
    private static byte[] Splice(Random random, byte[] file)
    {
        byte[] damaged = [.. file];
        int length = random.Next(1, 64);
        file.AsSpan(random.Next(file.Length - length), length).CopyTo(damaged.AsSpan(random.Next(damaged.Length - length)));
        return damaged;
    }
}
