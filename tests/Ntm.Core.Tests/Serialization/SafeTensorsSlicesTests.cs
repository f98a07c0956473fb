using Ntm.Core.Serialization;

namespace Ntm.Core.Tests.Serialization;

/// <summary>A file of which slices are read.</summary>
public sealed class SafeTensorsSlicesTests : IDisposable
{
    private static readonly SafeTensor First = new("first", SafeTensorsDType.U8, [2, 3], new byte[] { 1, 2, 3, 4, 5, 6 });
    private static readonly SafeTensor Second = new("second", SafeTensorsDType.U8, [2], new byte[] { 7, 8 });
    private static readonly SafeTensor Empty = new("empty", SafeTensorsDType.F32, [0, 4], ReadOnlyMemory<byte>.Empty);

    private readonly TemporaryFolder _folder = new();

    public SafeTensorsSlicesTests() => new SafeTensorsFile([First, Second, Empty], [new KeyValuePair<string, string>("key", "text")]).Save(Path);

    private string Path => _folder.File("slices.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_slice_of_any_tensor_is_what_the_whole_file_has()
    {
        using var file = SafeTensorsSlices.Open(Path);
        Assert.Equal(Path, file.Path);
        Assert.Equal("text", file.Metadata["key"]);
        Assert.Equal(["first U8 [2, 3]", "second U8 [2]", "empty F32 [0, 4]"], file.Tensors.Select(t => t.ToString()));
        foreach (var expected in (SafeTensor[])[First, Second, Empty])
        {
            Assert.True(file.TryGetTensor(expected.Name, out var tensor));
            Assert.Equal((expected.Name, expected.DType, (long)expected.Data.Length), (tensor.Name, tensor.DType, tensor.ByteCount));
            Assert.Equal(expected.Shape, tensor.Shape);
            for (var first = 0; first <= expected.Data.Length; first++)
            {
                for (var count = 0; first + count <= expected.Data.Length; count++)
                {
                    var bytes = new byte[count];
                    file.Read(tensor, first, bytes);
                    Assert.Equal(expected.Data.Slice(first, count).ToArray(), bytes);
                }
            }
        }

        Assert.False(file.TryGetTensor("third", out _));
    }

    [Fact]
    public void A_slice_outside_its_tensor_is_refused()
    {
        using var file = SafeTensorsSlices.Open(Path);
        var tensor = file.Tensors[0];
        foreach (var (first, count) in ((int, int)[])[(-1, 1), (0, 7), (6, 1), (5, 2), (7, 0)])
        {
            Assert.StartsWith($"The tensor first U8 [2, 3] has 6 bytes; expected 0 to {6 - count} for a slice of {count}.",
                Assert.Throws<ArgumentOutOfRangeException>("first", () => file.Read(tensor, first, new byte[count])).Message, StringComparison.Ordinal);
        }

        using var other = SafeTensorsSlices.Open(Path);
        Assert.Throws<ArgumentException>("tensor", () => file.Read(other.Tensors[0], 0, new byte[1]));
        Assert.Throws<ArgumentNullException>("tensor", () => file.Read(null!, 0, new byte[1]));
    }

    [Fact]
    public void A_malformed_file_is_refused_and_closed()
    {
        var bytes = File.ReadAllBytes(Path);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(Path, bytes[..length]);
            Assert.Throws<SafeTensorsFormatException>(() => SafeTensorsSlices.Open(Path));
            using var free = File.Open(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }

        Assert.Throws<FileNotFoundException>(() => SafeTensorsSlices.Open(_folder.File("none")));
        Assert.Throws<IOException>(() => SafeTensorsSlices.Open(_folder.Path));
    }

    [Fact]
    public void A_file_that_became_shorter_is_refused_by_place()
    {
        using var file = SafeTensorsSlices.Open(Path);
        var length = new FileInfo(Path).Length;
        // Opened by others for reading, a file can still be cut on systems whose locks are advisory.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let others write to a file that is open for reading.");
        using (var cut = new FileStream(Path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete }))
            cut.SetLength(length - 1);
        var exception = Assert.Throws<SafeTensorsFormatException>(() => file.Read(file.Tensors[1], 0, new byte[2]));
        Assert.Equal($"{Path}: file byte {length - 1}: found the end of the file; expected the length that it had when it was opened.", exception.Message);
    }

    [Fact]
    public void A_closed_file_is_refused()
    {
        var file = SafeTensorsSlices.Open(Path);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read(file.Tensors[0], 0, new byte[1]));
    }

    [Fact]
    public async Task Threads_read_at_the_same_time()
    {
        using var file = SafeTensorsSlices.Open(Path);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var bytes = new byte[1];
            for (var i = 0; i < 1_000; i++)
            {
                file.Read(file.Tensors[0], i % 6, bytes);
                Assert.Equal(1 + i % 6, bytes[0]);
            }
        })));
    }
}
