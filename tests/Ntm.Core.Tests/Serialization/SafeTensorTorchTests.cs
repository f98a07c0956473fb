using Ntm.Core.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Serialization;

/// <summary>Torch tensors to the file's tensors and back.</summary>
public class SafeTensorTorchTests
{
    public static TheoryData<ScalarType, SafeTensorsDType> Types() => new()
    {
        { ScalarType.Float64, SafeTensorsDType.F64 },
        { ScalarType.Float32, SafeTensorsDType.F32 },
        { ScalarType.Float16, SafeTensorsDType.F16 },
        { ScalarType.BFloat16, SafeTensorsDType.BF16 },
        { ScalarType.Int64, SafeTensorsDType.I64 },
        { ScalarType.Int32, SafeTensorsDType.I32 },
        { ScalarType.Int16, SafeTensorsDType.I16 },
        { ScalarType.Int8, SafeTensorsDType.I8 },
        { ScalarType.Byte, SafeTensorsDType.U8 },
        { ScalarType.Bool, SafeTensorsDType.Bool },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_comes_back(ScalarType torchType, SafeTensorsDType fileType)
    {
        using var scope = NewDisposeScope();
        var tensor = arange(6).view(2, 3).to(torchType);
        var saved = SafeTensor.FromTensor("t", tensor);
        Assert.Equal(fileType, saved.DType);
        Assert.Equal([2, 3], saved.Shape);
        var back = saved.ToTensor();
        Assert.Equal(torchType, back.dtype);
        Assert.Equal(tensor.bytes.ToArray(), back.bytes.ToArray());
    }

    [Fact]
    public void A_view_is_saved_as_it_looks()
    {
        using var scope = NewDisposeScope();
        var tensor = arange(6, dtype: float32).view(2, 3).t();
        var saved = SafeTensor.FromTensor("t", tensor);
        Assert.Equal([3, 2], saved.Shape);
        Assert.Equal([0f, 3, 1, 4, 2, 5], saved.ToTensor().data<float>().ToArray());
    }

    [Fact]
    public void Types_without_a_counterpart_are_refused()
    {
        using var complex = zeros(2, dtype: complex64);
        Assert.Contains("ComplexFloat32", Assert.Throws<NotSupportedException>(() => SafeTensor.FromTensor("t", complex)).Message);
        var wide = new SafeTensor("t", SafeTensorsDType.U32, [1], new byte[4]);
        Assert.Contains("U32", Assert.Throws<NotSupportedException>(wide.ToTensor).Message);
    }

    [Fact]
    public void An_empty_tensor_comes_back()
    {
        using var empty = zeros(0, 3);
        using var back = SafeTensor.FromTensor("t", empty).ToTensor();
        Assert.Equal([0, 3], back.shape);
    }
}
