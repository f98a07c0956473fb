using Ntm.Core.Serialization;

namespace Ntm.Core.Tests.Serialization;

public class SafeTensorsDTypesTests
{
    [Theory]
    [InlineData(SafeTensorsDType.F64, 8, "F64")]
    [InlineData(SafeTensorsDType.F32, 4, "F32")]
    [InlineData(SafeTensorsDType.F16, 2, "F16")]
    [InlineData(SafeTensorsDType.BF16, 2, "BF16")]
    [InlineData(SafeTensorsDType.I64, 8, "I64")]
    [InlineData(SafeTensorsDType.I32, 4, "I32")]
    [InlineData(SafeTensorsDType.I16, 2, "I16")]
    [InlineData(SafeTensorsDType.I8, 1, "I8")]
    [InlineData(SafeTensorsDType.U64, 8, "U64")]
    [InlineData(SafeTensorsDType.U32, 4, "U32")]
    [InlineData(SafeTensorsDType.U16, 2, "U16")]
    [InlineData(SafeTensorsDType.U8, 1, "U8")]
    [InlineData(SafeTensorsDType.Bool, 1, "BOOL")]
    public void Each_type_has_its_size_and_its_name_in_files(SafeTensorsDType dtype, int size, string name)
    {
        Assert.Equal(size, dtype.ByteSize());
        Assert.Equal(name, dtype.WireName());

        byte[] file = HandMadeFile.Of($$$"""{"t":{"dtype":"{{{name}}}","shape":[3],"data_offsets":[0,{{{3 * size}}}]}}""", 3 * size);
        Assert.Equal(dtype, Assert.Single(HandMadeFile.Read(file).Tensors).DType);
    }

    [Fact]
    public void A_value_outside_the_enum_is_refused()
    {
        const SafeTensorsDType undefined = (SafeTensorsDType)99;
        Assert.Throws<ArgumentOutOfRangeException>("dtype", () => undefined.ByteSize());
        Assert.Throws<ArgumentOutOfRangeException>("dtype", () => undefined.WireName());
        Assert.Throws<ArgumentOutOfRangeException>("dtype", () => new SafeTensor("t", undefined, [], default));
    }
}
