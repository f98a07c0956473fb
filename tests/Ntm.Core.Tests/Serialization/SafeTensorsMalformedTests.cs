using Ntm.Core.Serialization;

namespace Ntm.Core.Tests.Serialization;

/// <summary>Every way in which a file can be malformed, and what the message says about it.</summary>
public class SafeTensorsMalformedTests
{
    private const string Valid =
        """{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[],"data_offsets":[8,9]}}""";

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(3UL)]
    [InlineData(100_000_001UL)]
    [InlineData(0x7fff_ffff_ffff_ffffUL)]
    [InlineData(0xffff_ffff_ffff_ffffUL)]
    public void A_header_length_outside_the_file(ulong length) => Check(
        HandMadeFile.Of("{}", headerLength: length),
        "file byte 0",
        $"found a header of {length} bytes; expected 2 to 2 (the file has 10, the format's bound is 100000000)");

    [Fact]
    public void A_header_beyond_the_bound_of_the_format()
    {
        // The file is said to be long enough, so that the bound alone decides.
        byte[] start = HandMadeFile.Of("{}", headerLength: 100_000_001);
        SafeTensorsFormatException e = Assert.Throws<SafeTensorsFormatException>(
            () => SafeTensorsFile.Read(new MemoryStream(start), 200_000_000, "weights"));
        Assert.Contains("a header of 100000001 bytes; expected 2 to 100000000", e.Message);
    }

    [Fact]
    public void A_file_cut_at_any_place()
    {
        byte[] whole = HandMadeFile.Of(Valid, dataLength: 9);
        HandMadeFile.Read(whole);
        for (int length = 0; length < whole.Length; length++)
        {
            string place = length < 8 + Valid.Length ? "file byte 0" : length < whole.Length - 1 ? "tensor \"w\"" : "tensor \"b\"";
            Check(whole[..length], place, "");
        }
    }

    [Fact]
    public void A_file_with_bytes_behind_it() =>
        Check(
            HandMadeFile.Of(Valid, dataLength: 12),
            "data byte 9",
            "found 3 bytes that belong to no tensor; expected the end of the file after tensor \"b\"");

    [Fact]
    public void A_file_of_bytes_alone() =>
        Check(HandMadeFile.Of("{}", dataLength: 1), "data byte 0", "found 1 bytes that belong to no tensor");

    [Theory]
    [InlineData(3, "file byte 3")]
    [InlineData(50, "file byte 50")]
    [InlineData(-4, "file byte 118")]
    public void A_stream_shorter_than_it_is_said_to_be(int cut, string place)
    {
        byte[] whole = HandMadeFile.Of(Valid, dataLength: 9);
        byte[] shorter = whole[..(cut < 0 ? whole.Length + cut : cut)];
        SafeTensorsFormatException e = Assert.Throws<SafeTensorsFormatException>(
            () => SafeTensorsFile.Read(new MemoryStream(shorter), whole.Length, "weights"));
        Assert.Equal(place, e.Place);
        Assert.Contains($"found the end of the file; expected the {whole.Length} bytes of its stated length", e.Message);
    }

    [Fact]
    public void A_stream_longer_than_it_is_said_to_be()
    {
        byte[] whole = HandMadeFile.Of(Valid, dataLength: 9);
        SafeTensorsFormatException e = Assert.Throws<SafeTensorsFormatException>(
            () => SafeTensorsFile.Read(new MemoryStream([.. whole, 0]), whole.Length, "weights"));
        Assert.Equal($"file byte {whole.Length}", e.Place);
        Assert.Contains("found more bytes", e.Message);
    }

    [Fact]
    public void A_huge_length_that_nothing_stands_behind_costs_no_memory()
    {
        // 90 MB of header and 1.6 GB of tensor, both only claimed.
        byte[] header = HandMadeFile.Of("{}", headerLength: 90_000_000);
        byte[] tensor = HandMadeFile.Of("""{"w":{"dtype":"U8","shape":[1600000000],"data_offsets":[0,1600000000]}}""", dataLength: 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<SafeTensorsFormatException>(() => SafeTensorsFile.Read(new MemoryStream(header), 95_000_000, "weights"));
        Assert.Throws<SafeTensorsFormatException>(
            () => SafeTensorsFile.Read(new MemoryStream(tensor), tensor.Length - 100 + 1_600_000_000L, "weights"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3_000_000);
    }

    [Fact]
    public void A_tensor_longer_than_an_array()
    {
        byte[] file = HandMadeFile.Of("""{"w":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}""");
        SafeTensorsFormatException e = Assert.Throws<SafeTensorsFormatException>(
            () => SafeTensorsFile.Read(new MemoryStream(file), file.Length + 4_000_000_000L, "weights"));
        Assert.Contains("tensor \"w\": found 4000000000 bytes; expected at most 2147483591", e.Message);
    }

    [Theory]
    [InlineData("[]", 0, "found byte 0x5b; expected '{'")]
    [InlineData(" {}", 0, "found byte 0x20; expected '{'")]
    [InlineData("\ufeff{}", 0, "found byte 0xef; expected '{'")]
    [InlineData("null", 0, "found byte 0x6e; expected '{'")]
    [InlineData("{{", 1, "found malformed JSON")]
    [InlineData("{ ", 2, "found malformed JSON")]
    [InlineData("{}{}", 2, "found malformed JSON")]
    [InlineData("{}\0", 2, "found malformed JSON")]
    [InlineData("{},", 2, "found malformed JSON")]
    [InlineData("{/**/}", 1, "found malformed JSON")]
    [InlineData("{'w':1}", 1, "found malformed JSON")]
    [InlineData("{\"\n\":1}", 2, "found malformed JSON")]
    [InlineData("{\n\n\"\\x\":1}", 5, "found malformed JSON")]
    [InlineData("{\"__metadata__\":{\"a\":\"b\",}}", 25, "found malformed JSON")]
    [InlineData("{\"__metadata__\":{\"a\":01}}", 22, "found malformed JSON")]
    [InlineData("{\"__metadata__\":{\"a\":nul}}", 24, "found malformed JSON")]
    [InlineData("{\"\\ud800\":1}", 1, "found a string with half a surrogate pair; expected Unicode text")]
    [InlineData("{\"__metadata__\":{\"a\":\"\\udc00\"}}", 21, "found a string with half a surrogate pair; expected Unicode text")]
    public void A_header_that_is_not_one_object_of_JSON(string header, int offset, string message) =>
        Check(HandMadeFile.Of(header), $"header byte {offset}", message);

    [Theory]
    [InlineData(new byte[] { 0xff }, 1)]
    [InlineData(new byte[] { (byte)'"', 0xc3, (byte)'"' }, 2)]
    [InlineData(new byte[] { (byte)'"', 0xc3, 0xa9, 0xed, 0xa0, 0x80 }, 4)]
    [InlineData(new byte[] { (byte)'"', 0xc0, 0x80 }, 2)]
    [InlineData(new byte[] { (byte)'"', 0xf0, 0x9f, 0x98 }, 2)]
    public void A_header_that_is_not_UTF8(byte[] text, int offset) =>
        Check(HandMadeFile.Of([(byte)'{', .. text]), $"header byte {offset}", "expected UTF-8");

    [Theory]
    [InlineData("""{"__metadata__":null}""", 16, "found null; expected an object as the value of \"__metadata__\"")]
    [InlineData("""{"__metadata__":[]}""", 16, "found an array; expected an object")]
    [InlineData("""{"__metadata__":{"a":1.5}}""", 21, "found 1.5; expected a string as the value of \"a\"")]
    [InlineData("""{"__metadata__":{"a":null}}""", 21, "found null; expected a string")]
    [InlineData("""{"__metadata__":{"a":true}}""", 21, "found true; expected a string")]
    [InlineData("""{"__metadata__":{"a":{"b":"c"}}}""", 21, "found an object; expected a string")]
    [InlineData("""{"__metadata__":{"a":[[[[[[[[[[""", 21, "found an array; expected a string")]
    [InlineData("""{"__metadata__":{"a":"b","a":"b"}}""", 25, "found key \"a\" again; expected every key once")]
    [InlineData("""{"__metadata__":{"a":"b","\u0061":"b"}}""", 25, "found key \"a\" again; expected every key once")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 19, "found key \"__metadata__\" again; expected every key once")]
    public void Malformed_metadata(string header, int offset, string message) =>
        Check(HandMadeFile.Of(header), $"header byte {offset}", message);

    [Theory]
    [InlineData("""{"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", "header byte 1", "found an empty tensor name")]
    [InlineData("""{"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"w":{}}""", "header byte 53", "found key \"w\" again")]
    [InlineData("""{"w":[]}""", "header byte 5, tensor \"w\"", "found an array; expected an object as the value of \"w\"")]
    [InlineData("""{"w":1}""", "header byte 5, tensor \"w\"", "found 1; expected an object")]
    [InlineData("""{"w":{"dtype":"U8",""", "header byte 18, tensor \"w\"", "found malformed JSON")]
    [InlineData("""{"line\nbreak":1}""", "header byte 15, tensor \"line\\nbreak\"", "found 1; expected an object")]
    public void A_malformed_tensor(string header, string place, string message) => Check(HandMadeFile.Of(header), place, message);

    [Theory]
    [InlineData("""{}""", 6, "the end of the tensor's object without dtype; expected dtype")]
    [InlineData("""{"dtype":"U8","data_offsets":[0,0]}""", 39, "the end of the tensor's object without shape; expected shape")]
    [InlineData("""{"dtype":"U8","shape":[0]}""", 30, "the end of the tensor's object without data_offsets; expected data_offsets")]
    [InlineData("""{"shape":[0],"data_offsets":[0,0]}""", 38, "the end of the tensor's object without dtype; expected dtype")]
    [InlineData("""{"dtype":"U8","strides":[1]}""", 19, "found key \"strides\"; expected dtype, shape and data_offsets alone")]
    [InlineData("""{"Dtype":"U8"}""", 6, "found key \"Dtype\"; expected dtype, shape and data_offsets alone")]
    [InlineData("""{"dtype":"U8","dtype":"U8"}""", 19, "found key \"dtype\" again; expected every key once")]
    [InlineData("""{"shape":[],"shape":[]}""", 17, "found key \"shape\" again; expected every key once")]
    [InlineData("""{"data_offsets":[0,0],"data_offsets":[0,0]}""", 27, "found key \"data_offsets\" again; expected every key once")]
    [InlineData(
        """{"dtype":"F31"}""",
        14,
        "found dtype \"F31\"; expected one of F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL")]
    [InlineData("""{"dtype":"f32"}""", 14, "found dtype \"f32\"; expected one of F64,")]
    [InlineData("""{"dtype":"Bool"}""", 14, "found dtype \"Bool\"; expected one of F64,")]
    [InlineData("""{"dtype":""}""", 14, "found dtype \"\"; expected one of F64,")]
    [InlineData("""{"dtype":32}""", 14, "found 32; expected a string as the value of \"dtype\"")]
    [InlineData("""{"dtype":null}""", 14, "found null; expected a string as the value of \"dtype\"")]
    [InlineData("""{"shape":4}""", 14, "found 4; expected an array as the value of \"shape\"")]
    [InlineData("""{"shape":{}}""", 14, "found an object; expected an array as the value of \"shape\"")]
    [InlineData("""{"shape":[4,-1]}""", 17, "found -1 in shape; expected an integer from 0 to 9223372036854775807")]
    [InlineData("""{"shape":[-0]}""", 15, "found -0 in shape; expected an integer")]
    [InlineData("""{"shape":[1.0]}""", 15, "found 1.0 in shape; expected an integer")]
    [InlineData("""{"shape":[1e2]}""", 15, "found 1e2 in shape; expected an integer")]
    [InlineData("""{"shape":[9223372036854775808]}""", 15, "found 9223372036854775808 in shape; expected an integer")]
    [InlineData("""{"shape":["4"]}""", 15, "found a string in shape; expected an integer")]
    [InlineData("""{"shape":[null]}""", 15, "found null in shape; expected an integer")]
    [InlineData("""{"shape":[[[[[""", 15, "found an array in shape; expected an integer")]
    [InlineData("""{"data_offsets":null}""", 21, "found null; expected an array as the value of \"data_offsets\"")]
    [InlineData("""{"data_offsets":[]}""", 22, "found fewer than two numbers in data_offsets")]
    [InlineData("""{"data_offsets":[0]}""", 23, "found fewer than two numbers in data_offsets")]
    [InlineData("""{"data_offsets":[0,0,0]}""", 26, "found data_offsets with more than 2 numbers; expected at most 2")]
    [InlineData("""{"data_offsets":[-8,0]}""", 22, "found -8 in data_offsets; expected an integer")]
    [InlineData("""{"data_offsets":[0,18446744073709551616]}""", 24, "found 18446744073709551616 in data_offsets; expected an integer")]
    public void A_malformed_description(string tensor, int offset, string message) =>
        Check(HandMadeFile.Of($$$"""{"w":{{{tensor}}}}"""), $"header byte {offset}, tensor \"w\"", message);

    [Theory]
    [InlineData("[4]", "[4,0]", "found data_offsets [4, 0]; expected a beginning that is not past the end")]
    [InlineData("[8]", "[0,32]", "found data_offsets [0, 32]; expected at most 16, the bytes after the header")]
    [InlineData("[8]", "[16,48]", "found data_offsets [16, 48]; expected at most 16")]
    [InlineData("[1]", "[9223372036854775803,9223372036854775807]", "9223372036854775807]; expected at most 16")]
    [InlineData("[2,2]", "[0,15]", "found data_offsets [0, 15], which is 15 bytes; expected 16 bytes for F32 of shape [2, 2]")]
    [InlineData("[]", "[0,16]", "found data_offsets [0, 16], which is 16 bytes; expected 4 bytes for F32 of shape []")]
    [InlineData("[0]", "[0,16]", "found data_offsets [0, 16], which is 16 bytes; expected 0 bytes for F32 of shape [0]")]
    [InlineData("[4294967296,4294967296]", "[0,16]", "found shape [4294967296, 4294967296], whose bytes overflow 63 bits")]
    [InlineData("[9223372036854775807]", "[0,16]", "found shape [9223372036854775807], whose bytes overflow 63 bits")]
    [InlineData("[4611686018427387905,4]", "[0,16]", "whose bytes overflow 63 bits")]
    [InlineData("[9223372036854775807,2,0]", "[0,0]", "whose bytes overflow 63 bits")]
    [InlineData("[0,9223372036854775807,2]", "[0,0]", "whose bytes overflow 63 bits")]
    [InlineData("[3]", "[4,16]", "found data_offsets [4, 16], which leaves a hole after the start of the data")]
    public void Data_that_does_not_fit_its_tensor(string shape, string offsets, string message) => Check(
        HandMadeFile.Of($$$"""{"w":{"dtype":"F32","shape":{{{shape}}},"data_offsets":{{{offsets}}}}}""", dataLength: 16),
        "tensor \"w\"",
        message);

    [Theory]
    [InlineData("[0,8]", "[4,12]", "b", "found data_offsets [4, 12], which overlaps tensor \"a\"; expected a beginning at data byte 8")]
    [InlineData("[4,12]", "[0,8]", "a", "found data_offsets [4, 12], which overlaps tensor \"b\"; expected a beginning at data byte 8")]
    [InlineData("[0,8]", "[0,8]", "b", "found data_offsets [0, 8], which overlaps tensor \"a\"; expected a beginning at data byte 8")]
    [InlineData("[0,8]", "[12,20]", "b", "which leaves a hole after tensor \"a\"; expected a beginning at data byte 8")]
    public void Data_that_does_not_fit_its_neighbour(string a, string b, string culprit, string message) => Check(
        HandMadeFile.Of(
            $$$"""{"a":{"dtype":"F32","shape":[2],"data_offsets":{{{a}}}},"b":{"dtype":"I64","shape":[1],"data_offsets":{{{b}}}}}""",
            dataLength: 20),
        $"tensor \"{culprit}\"",
        message);

    [Fact]
    public void An_empty_tensor_within_another() => Check(
        HandMadeFile.Of(
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""",
            dataLength: 8),
        "tensor \"b\"",
        "overlaps tensor \"a\"");

    [Fact]
    public void More_dimensions_than_torch_has()
    {
        static string Header(int rank) =>
            $$$"""{"w":{"dtype":"U8","shape":[{{{string.Join(',', Enumerable.Repeat(1, rank))}}}],"data_offsets":[0,1]}}""";
        Assert.Equal(64, HandMadeFile.Read(HandMadeFile.Of(Header(64), dataLength: 1)).Tensors[0].Shape.Length);
        Check(HandMadeFile.Of(Header(65), dataLength: 1), "header byte 156, tensor \"w\"", "found shape with more than 64 numbers");
    }

    [Fact]
    public void Messages_are_short_whatever_the_file_says()
    {
        string name = new('n', 1_000_000);
        string digits = new('9', 1_000_000);
        Assert.InRange(HandMadeFile.Refuse(HandMadeFile.Of($$$"""{"{{{name}}}":{"{{{name}}}":1}}""")).Message.Length, 1, 500);
        Assert.InRange(HandMadeFile.Refuse(HandMadeFile.Of($$$"""{"{{{name}}}":{"shape":[{{{digits}}}]}}""")).Message.Length, 1, 500);
        Assert.Contains("\"nnn", HandMadeFile.Refuse(HandMadeFile.Of($$$"""{"{{{name}}}":[]}""")).Message);
        Assert.Contains("(1000000 characters)", HandMadeFile.Refuse(HandMadeFile.Of($$$"""{"{{{name}}}":[]}""")).Message);
    }

    private static void Check(byte[] file, string place, string message)
    {
        SafeTensorsFormatException e = HandMadeFile.Refuse(file);
        Assert.Equal("weights", e.SourceName);
        Assert.Equal(place, e.Place);
        Assert.StartsWith($"weights: {place}: found ", e.Message);
        Assert.Contains(message, e.Message);
    }
}
