using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>
/// A sequence, forward and backward, by one engine in one element type, with everything that comes out as named arrays of doubles: logits, final
/// state, loss, and the gradients of parameters, inputs and given state.
/// </summary>
public sealed class ParityRun
{
    public Dictionary<string, double[]> Values { get; } = [];

    /// <summary>Runs a copy of the machine: parameters are the same values in any element type.</summary>
    public static ParityRun Of(NeuralTuringMachine source, ParityData data, ScalarType type, EngineKind engine, int threads = 1, Action<NeuralTuringMachine>? prepare = null)
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(source.Options, seed: 0);
        machine.load_state_dict(source.state_dict());
        if (type != ScalarType.Float32)
            machine.to(type);
        (machine.Engine, machine.Threads) = (engine, threads);
        prepare?.Invoke(machine);
        Assert.Equal(engine, machine.EngineChoice.Engine);
        return Of(machine, data, type);
    }

    private static ParityRun Of(NeuralTuringMachine machine, ParityData data, ScalarType type)
    {
        var run = new ParityRun();
        Tensor Leaf(Tensor t) => t.to(type).clone().detach().requires_grad_(true);
        var inputs = Leaf(data.Inputs);
        var given = data.State?.Select(Leaf);
        var (logits, final) = machine.forward(inputs, given);
        var loss = (logits * data.LogitWeights.to(type)).sum();
        if (data.FinalWeights is { } weights)
            foreach (var (tensor, weight) in final.Tensors().Zip(weights))
                loss += (tensor * weight.to(type)).sum();
        loss.backward();
        run.Add("loss", loss);
        run.Add("logits", logits);
        foreach (var (tensor, name) in final.Tensors().Zip(StateNames(final)))
            run.Add("final " + name, tensor);
        run.AddGradient("inputs", inputs);
        if (given is not null)
            foreach (var (tensor, name) in given.Tensors().Zip(StateNames(given)))
                run.AddGradient(name, tensor);
        foreach (var (name, parameter) in machine.named_parameters())
            run.AddGradient(name, parameter);
        return run;
    }

    /// <summary>The relative L2 distance of each value to another run's; absolute where the other is smaller than <paramref name="floor"/>.</summary>
    public IEnumerable<(string Name, double Distance)> DistancesTo(ParityRun other, double floor = 1e-7)
    {
        Assert.Equal(other.Values.Keys, Values.Keys);
        foreach (var (name, expected) in other.Values)
        {
            var actual = Values[name];
            Assert.Equal(expected.Length, actual.Length);
            var difference = Math.Sqrt(expected.Zip(actual).Sum(p => (p.First - p.Second) * (p.First - p.Second)));
            yield return (name, difference / Math.Max(floor, Math.Sqrt(expected.Sum(x => x * x))));
        }
    }

    private static IEnumerable<string> StateNames(NtmState state) =>
        [.. state.Controller.Select((_, i) => $"controller state {i}"), "memory", "reads", "read weightings", "write weightings"];

    private void AddGradient(string name, Tensor tensor)
    {
        if (tensor.grad is { } gradient)
            Add("gradient of " + name, gradient);
        else
            Values.Add("gradient of " + name, new double[tensor.numel()]);
    }

    private void Add(string name, Tensor tensor) => Values.Add(name, tensor.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray());
}
