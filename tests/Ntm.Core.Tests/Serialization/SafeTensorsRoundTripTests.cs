using CsCheck;
using Ntm.Core.Serialization;

namespace Ntm.Core.Tests.Serialization;

public class SafeTensorsRoundTripTests
{
    // Every character but half a surrogate pair.
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String.AlphaNumeric,
        Gen.OneOf(Gen.Char['\0', '\ud7ff'], Gen.Char['\ue000', '\uffff']).Array[0, 8].Select(characters => new string(characters)),
        Gen.Const("😀 \"\\\n"));

    private static readonly Gen<SafeTensor> Tensor =
        from name in Text
        from dtype in Gen.Enum<SafeTensorsDType>()
        from shape in Gen.Long[0, 4].Array[0, 4]
        let elements = shape.Aggregate(1L, (product, size) => product * size)
        from data in Gen.Byte.Array[(int)elements * dtype.ByteSize()]
        select new SafeTensor("t" + name, dtype, shape, data);

    private static readonly Gen<SafeTensorsFile> File =
        from tensors in Tensor.Array[0, 6]
        from metadata in Gen.Dictionary(Text, Text)[0, 4]
        select new SafeTensorsFile(tensors.DistinctBy(tensor => tensor.Name), metadata);

    [Fact]
    public void What_is_written_is_read() => File.Sample(
        file =>
        {
            byte[] bytes = Bytes(file);
            SafeTensorsFile read = HandMadeFile.Read(bytes);

            Assert.Equal(file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal), read.Metadata);
            Assert.Equal(file.Tensors.Select(tensor => tensor.ToString()), read.Tensors.Select(tensor => tensor.ToString()));
            Assert.All(read.Tensors.Zip(file.Tensors), pair => Assert.Equal(pair.Second.Data.ToArray(), pair.First.Data.ToArray()));
            Assert.Equal(bytes, Bytes(read));
            Assert.Equal(0, (bytes.Length - file.Tensors.Sum(tensor => tensor.Data.Length)) % 8);
        },
        iter: 500,
        threads: 1);

    private static byte[] Bytes(SafeTensorsFile file)
    {
        var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }
}
