using Ntm.Core;
using Ntm.CudaCheck;
using static TorchSharp.torch;

namespace Ntm.Benchmarks.Reports;

/// <summary>Measures the memory access of one step in eager TorchSharp on the GPU: the same operations, with the same names, as <see
/// cref="MemoryAccessTiming"/>.</summary>
internal static class EagerMemoryAccess
{
    /// <summary>Returns the seconds of each operation for the whole batch, by device events.</summary>
    public static Dictionary<string, double> Measure(CudaCheck.Device device, int batch, int locations, int width, int heads)
    {
        using var scope = NewDisposeScope();
        Tensor Leaf(Tensor values) => values.detach().requires_grad_();
        Tensor Random(params ReadOnlySpan<long> shape) => rand(shape, device: CUDA);
        var memory = Leaf(Random(batch, locations, width));
        // All heads are addressed, half of them read and half of them write.
        Tensor keys = Leaf(Random(batch, 2 * heads, width)), strengths = Leaf(Random(batch, 2 * heads, 1));
        Tensor gates = Leaf(Random(batch, 2 * heads, 1)), shifts = Leaf(Random(batch, 2 * heads, 3).softmax(-1)), gammas = Leaf(Random(batch, 2 * heads, 1) + 1);
        Tensor content = Leaf(Random(batch, 2 * heads, locations).softmax(-1)), previous = Leaf(Random(batch, 2 * heads, locations).softmax(-1));
        var weightings = Leaf(Random(batch, heads, locations).softmax(-1));
        Tensor erases = Leaf(Random(batch, heads, width)), adds = Leaf(Random(batch, heads, width));
        var times = new Dictionary<string, double>();
        Add("content addressing", () => MemoryEquations.ContentWeighting(keys, strengths, memory), keys, strengths, memory);
        Add(
            "shift and sharpen",
            () => MemoryEquations.Sharpen(MemoryEquations.Shift(MemoryEquations.Interpolate(gates, content, previous), shifts), gammas),
            gates, content, previous, shifts, gammas);
        Add("read", () => MemoryEquations.Read(weightings, memory), weightings, memory);
        Add("write", () => MemoryEquations.Write(memory, weightings, erases, adds), memory, weightings, erases, adds);
        return times;

        void Add(string name, Func<Tensor> operation, params Tensor[] arguments)
        {
            times[name] = Median(() => operation().Dispose());
            using var result = operation();
            using var gradient = ones_like(result);
            times[name + ", backward"] = Median(() =>
            {
                foreach (var part in autograd.grad([result], arguments, [gradient], retain_graph: true))
                    part.Dispose();
            });
        }

        double Median(Action action)
        {
            var runs = device.Time(
                () =>
                {
                    using var inner = NewDisposeScope();
                    action();
                },
                20);
            return runs[runs.Length / 2] / 1e3;
        }
    }
}
