using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Autograd;

/// <summary>Loops over a cell, for tests.</summary>
internal static class CellLoop
{
    public const int Steps = 5;
    public const int Batch = 5;

    public static (List<Tensor> Logits, NtmState State) Loop(NtmCell cell, Tensor inputs, NtmState state)
    {
        var logits = new List<Tensor>();
        foreach (var input in inputs.unbind(0))
        {
            (var step, state) = cell.forward(input, state);
            logits.Add(step);
        }

        return (logits, state);
    }

    public static void Freeze(nn.Module module)
    {
        foreach (var parameter in module.parameters())
            parameter.requires_grad_(false);
    }

    public static Tensor Sum(List<Tensor> logits) => stack(logits).pow(2).sum();

    public static NtmOptions SmallOptions() => new() { InputSize = 3, OutputSize = 2, ControllerSize = 10, MemoryLocations = 12, MemoryWidth = 5 };

    public static NtmCell Cell(EngineKind engine, ScalarType type, NtmOptions options)
    {
        var cell = new NtmCell(options, seed: 1) { Engine = engine };
        cell.to(type);
        Assert.Equal(engine, cell.EngineChoice.Engine);
        return cell;
    }

    public static Tensor Inputs(ScalarType type, int batch)
    {
        using var generator = new Generator(7);
        return randn([Steps, batch, 3], dtype: ScalarType.Float32, generator: generator).to(type);
    }

    public static double[] Gradients(NtmCell cell) => [.. cell.parameters().SelectMany(p => p.grad is { } g ? Numbers(g) : [])];

    public static double[] Numbers(Tensor tensor) => tensor.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
