using System.Text;
using Ntm.Core.Serialization;

namespace Ntm.Core.Tests.Serialization;

public class SafeTensorsFileTests
{
    // The length of the header, 140 bytes of JSON with 4 spaces behind, 1.0f and -2.5f, true and false.
    private static readonly byte[] Tiny =
    [
        144, 0, 0, 0, 0, 0, 0, 0,
        .. """{"__metadata__":{"by":"hand"},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}"""u8,
        .. ""","b":{"dtype":"BOOL","shape":[2],"data_offsets":[8,10]}}    """u8,
        0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x20, 0xc0,
        1, 0,
    ];

    [Fact]
    public void Reads_a_file_written_by_hand()
    {
        SafeTensorsFile file = HandMadeFile.Read(Tiny);

        Assert.Equal([KeyValuePair.Create("by", "hand")], file.Metadata);
        Assert.Equal(["w F32 [2, 1]", "b BOOL [2]"], file.Tensors.Select(tensor => tensor.ToString()));
        Assert.Equal([0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x20, 0xc0], file.Tensors[0].Data.ToArray());
        Assert.Equal([1, 0], file.Tensors[1].Data.ToArray());
    }

    [Fact]
    public void Writes_the_file_written_by_hand()
    {
        SafeTensor w = new("w", SafeTensorsDType.F32, [2, 1], (byte[])[0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x20, 0xc0]);
        SafeTensor b = new("b", SafeTensorsDType.Bool, [2], (byte[])[1, 0]);

        Assert.Equal(Tiny, Bytes(new SafeTensorsFile([w, b], [KeyValuePair.Create("by", "hand")])));
    }

    [Fact]
    public void An_empty_file_is_two_braces_and_six_spaces()
    {
        byte[] expected = [8, 0, 0, 0, 0, 0, 0, 0, .. "{}      "u8];
        Assert.Equal(expected, Bytes(new SafeTensorsFile([])));
        Assert.Empty(HandMadeFile.Read(expected).Tensors);
        Assert.Empty(HandMadeFile.Read(HandMadeFile.Of("""{"__metadata__":{}}""")).Metadata);
    }

    [Fact]
    public void Metadata_is_written_in_ordinal_order()
    {
        KeyValuePair<string, string>[] texts = [new("b", "1"), new("a", "2"), new("B", "3"), new("é", "4")];

        Assert.Contains("""{"B":"3","a":"2","b":"1","é":"4"}""", Encoding.UTF8.GetString(Bytes(new SafeTensorsFile([], texts))));
        Assert.Equal(Bytes(new SafeTensorsFile([], texts)), Bytes(new SafeTensorsFile([], texts.Reverse())));
    }

    [Fact]
    public void Only_what_JSON_demands_is_escaped() =>
        Assert.Contains(
            "\"\\u0000\\b\\t\\n\\f\\r\\u001f \\\"\\\\/<\u007f\u2028é日😀\"",
            Encoding.UTF8.GetString(Bytes(new SafeTensorsFile([], [new("", "\0\b\t\n\f\r\u001f \"\\/<\u007f\u2028é日😀")]))));

    [Fact]
    public void Tensors_come_in_the_order_of_their_data()
    {
        SafeTensorsFile file = HandMadeFile.Read(HandMadeFile.Of(
            """
            {"second":{"shape":[2],"dtype":"U8","data_offsets":[1,3]}, "end":{"dtype":"U8","shape":[0],"data_offsets":[3,3]},
             "none":{"dtype":"F32","shape":[3,0],"data_offsets":[1,1]}, "nil":{"dtype":"I64","shape":[0],"data_offsets":[1,1]},
             "first":{"data_offsets":[0,1],"dtype":"U8","shape":[]}}
            """,
            dataLength: 3));

        Assert.Equal(["first", "none", "nil", "second", "end"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Empty(file.Tensors[0].Shape);
    }

    [Fact]
    public void Escapes_in_names_are_resolved()
    {
        SafeTensorsFile file = HandMadeFile.Read(HandMadeFile.Of(
            """{"\u0061\n\ud83d\ude00":{"\u0064type":"U8","shape":[0],"data_offsets":[0,0]}}"""));
        Assert.True(file.TryGetTensor("a\n😀", out SafeTensor? tensor));
        Assert.Same(file.Tensors[0], tensor);
        Assert.False(file.TryGetTensor("A\n😀", out _));
    }

    [Fact]
    public void Two_tensors_of_one_name_are_refused()
    {
        SafeTensor tensor = new("same", SafeTensorsDType.U8, [0], default);
        Assert.Contains("same", Assert.Throws<ArgumentException>("tensors", () => new SafeTensorsFile([tensor, tensor])).Message);
    }

    [Fact]
    public void Metadata_that_no_file_can_hold_is_refused()
    {
        Assert.Throws<ArgumentNullException>("metadata", () => new SafeTensorsFile([], [new("key", null!)]));
        Assert.Throws<ArgumentException>("metadata", () => new SafeTensorsFile([], [new("key", "\udc00")]));
        Assert.Throws<ArgumentException>("metadata", () => new SafeTensorsFile([], [new("\ud800", "value")]));
        Assert.Throws<ArgumentException>(() => new SafeTensorsFile([], [new("key", "1"), new("key", "2")]));
    }

    [Fact]
    public void A_header_beyond_the_bound_of_the_format_is_not_written()
    {
        var file = new SafeTensorsFile([], [new("key", new string('\u0800', 33_333_333))]);
        Assert.Contains("at most 100000000", Assert.Throws<InvalidOperationException>(() => file.Write(Stream.Null)).Message);
    }

    [Fact]
    public void A_stream_is_read_from_where_it_stands_in_pieces_of_any_size()
    {
        byte[] data = new byte[3_000_000];
        new Random(1).NextBytes(data);
        byte[] bytes = Bytes(new SafeTensorsFile([new("big", SafeTensorsDType.U8, [data.Length], data)]));

        SafeTensorsFile file = SafeTensorsFile.Read(new Trickle(bytes), bytes.Length, "trickle");
        Assert.True(file.Tensors[0].Data.Span.SequenceEqual(data));

        var stream = new MemoryStream([1, 2, 3, .. Tiny]) { Position = 3 };
        Assert.Equal(2, SafeTensorsFile.Read(stream, Tiny.Length, "rest").Tensors.Count);
        Assert.True(stream.CanRead);
    }

    [Fact]
    public void A_negative_length_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>("length", () => SafeTensorsFile.Read(Stream.Null, -1, "nothing"));

    [Fact]
    public void Saves_and_loads()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        HandMadeFile.Read(Tiny).Save(path);

        Assert.Equal(Tiny, File.ReadAllBytes(path));
        Assert.Equal(Tiny, Bytes(SafeTensorsFile.Load(path)));
        Assert.Equal(["model.safetensors"], folder.Names);
    }

    [Fact]
    public void What_cannot_be_saved_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        File.WriteAllBytes(path, Tiny);

        Assert.Throws<InvalidOperationException>(() => new SafeTensorsFile([], [new("key", new string('\u0800', 33_333_333))]).Save(path));
        Assert.Equal(Tiny, File.ReadAllBytes(path));
        Assert.Equal(["model.safetensors"], folder.Names);
    }

    [Fact]
    public void Errors_of_the_file_system_name_the_path()
    {
        using var folder = new TemporaryFolder();
        string missing = folder.File("missing.safetensors");
        Assert.Contains(missing, Assert.Throws<FileNotFoundException>(() => SafeTensorsFile.Load(missing)).Message);
        Assert.Contains(folder.Path, Assert.Throws<IOException>(() => SafeTensorsFile.Load(folder.Path)).Message);
    }

    [Fact]
    public void A_malformed_file_is_named_by_its_path()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("cut.safetensors");
        File.WriteAllBytes(path, Tiny[..^1]);

        SafeTensorsFormatException e = Assert.Throws<SafeTensorsFormatException>(() => SafeTensorsFile.Load(path));
        Assert.Equal(path, e.SourceName);
        Assert.Equal("tensor \"b\"", e.Place);
        Assert.StartsWith($"{path}: tensor \"b\": found ", e.Message);
    }

    private static byte[] Bytes(SafeTensorsFile file)
    {
        var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }

    /// <summary>Cannot seek, and gives a few bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 70_001));
    }
}
