using Ntm.Core.Serialization;

namespace Ntm.Core.Tests.Serialization;

public class SafeTensorTests
{
    [Fact]
    public void Describes_itself() =>
        Assert.Equal("memory.bias F32 [2, 3]", new SafeTensor("memory.bias", SafeTensorsDType.F32, [2, 3], new byte[24]).ToString());

    [Fact]
    public void A_scalar_has_one_element_and_an_empty_dimension_none()
    {
        Assert.Equal(8, new SafeTensor("scalar", SafeTensorsDType.F64, [], new byte[8]).Data.Length);
        Assert.Equal(0, new SafeTensor("empty", SafeTensorsDType.F64, [5, 0, 7], default).Data.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("__metadata__")]
    public void A_name_that_no_file_can_hold_is_refused(string text) =>
        Assert.Throws<ArgumentException>("name", () => new SafeTensor(text, SafeTensorsDType.U8, [1], new byte[1]));

    [Fact]
    public void Half_a_surrogate_pair_in_a_name_is_refused() =>
        Assert.Contains(
            "surrogate pair at index 5",
            Assert.Throws<ArgumentException>("name", () => new SafeTensor("half \ud800", SafeTensorsDType.U8, [1], new byte[1])).Message);

    [Fact]
    public void No_name_is_refused() =>
        Assert.Throws<ArgumentNullException>("name", () => new SafeTensor(null!, SafeTensorsDType.U8, [1], new byte[1]));

    [Theory]
    [InlineData(new long[] { 2, -1 }, "[2, -1]")]
    [InlineData(new long[] { 1L << 61, 2 }, "overflow 63 bits")]
    [InlineData(new long[] { 0, 1L << 61, 2 }, "overflow 63 bits")]
    [InlineData(new long[] { 1L << 61, 2, 0 }, "overflow 63 bits")]
    public void A_shape_that_no_tensor_can_have_is_refused(long[] sizes, string message) =>
        Assert.Contains(
            message, Assert.Throws<ArgumentException>("shape", () => new SafeTensor("t", SafeTensorsDType.F32, sizes, default)).Message);

    [Fact]
    public void Sixty_four_dimensions_are_the_most()
    {
        long[] shape = [.. Enumerable.Repeat(1L, 65)];
        Assert.Equal(64, new SafeTensor("t", SafeTensorsDType.U8, shape.AsSpan(1), new byte[1]).Shape.Length);
        Assert.Throws<ArgumentException>("shape", () => new SafeTensor("t", SafeTensorsDType.U8, shape, new byte[1]));
    }

    [Fact]
    public void Data_of_another_length_is_refused() =>
        Assert.Contains(
            "F32 of shape [2, 3], has 25 bytes of data; expected 24",
            Assert.Throws<ArgumentException>("data", () => new SafeTensor("t", SafeTensorsDType.F32, [2, 3], new byte[25])).Message);
}
