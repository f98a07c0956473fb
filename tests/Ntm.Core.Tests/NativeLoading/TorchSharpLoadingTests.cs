using TorchSharp;

namespace Ntm.Core.Tests.NativeLoading;

/// <summary>This test project runs torch like any other project: through the targets, with no other setup.</summary>
public class TorchSharpLoadingTests
{
    [Fact]
    public void Torch_loads_and_computes()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal(3f, torch.ones(3).sum().item<float>());
    }

    [Fact]
    public void Torch_differentiates()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.full(3, 2.0, requires_grad: true);
        (x * x).sum().backward();
        Assert.Equal([4.0, 4.0, 4.0], x.grad!.to(torch.float64).data<double>().ToArray());
    }
}
