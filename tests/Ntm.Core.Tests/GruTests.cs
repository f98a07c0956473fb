using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Core.Tests;

/// <summary>The GRU controller is torch's own, given the same weights.</summary>
public class GruTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Outputs_state_and_gradients_are_those_of_torch(int layers)
    {
        using var scope = NewDisposeScope();
        var controller = new GruController(inputSize: 4, size: 5, layers, seed: 1);
        controller.to(ScalarType.Float64);
        using var generator = new Generator(2);
        using (no_grad())
            foreach (var parameter in controller.parameters())
                parameter.copy_(randn(parameter.shape, dtype: ScalarType.Float64, generator: generator));
        var inputs = randn([6, 3, 4], dtype: ScalarType.Float64, generator: generator).requires_grad_(true);
        var (expected, expectedState, cells) = Torch(controller, layers, inputs);
        var gradients = Gradients(expected, controller, inputs, name => cells[int.Parse(name.Split('.')[1], CultureInfo.InvariantCulture)].get_parameter(name.Split('.')[2]));

        var state = controller.InitialState(3);
        var outputs = new List<Tensor>();
        foreach (var input in inputs.unbind(0))
        {
            (var output, state) = controller.forward(input, state);
            outputs.Add(output);
        }

        Assert.True(stack(outputs).allclose(expected, atol: 1e-12));
        Assert.True(stack(state).allclose(expectedState, atol: 1e-12));
        foreach (var (found, wanted) in Gradients(stack(outputs), controller, inputs, controller.get_parameter).Zip(gradients))
            Assert.True(found.allclose(wanted, atol: 1e-11));
    }

    [Fact]
    public void Sizes_below_1_are_refused()
    {
        Assert.Equal("inputSize", Assert.Throws<ArgumentOutOfRangeException>(() => new GruController(0, 1)).ParamName);
        Assert.Equal("size", Assert.Throws<ArgumentOutOfRangeException>(() => new GruController(1, 0)).ParamName);
        Assert.Equal("layers", Assert.Throws<ArgumentOutOfRangeException>(() => new GruController(1, 1, 0)).ParamName);
    }

    [Fact]
    public void A_machine_is_written_and_read_and_computed_by_the_fast_engine()
    {
        using var folder = new Serialization.TemporaryFolder();
        var options = new NtmOptions { InputSize = 3, OutputSize = 2, Controller = ControllerKind.Gru, ControllerSize = 6, ControllerLayers = 2, MemoryLocations = 7, MemoryWidth = 4 };
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(options, seed: 1);
        Assert.Equal(EngineKind.Cpu, machine.EngineChoice.Engine);
        Core.Serialization.NtmModelFile.Save(machine, folder.File("gru"));
        using var loaded = Core.Serialization.NtmModelFile.Load(folder.File("gru"));
        var inputs = rand(4, 2, 3, dtype: ScalarType.Float32, device: CPU);
        Assert.Equal(machine.Logits(inputs).detach().data<float>().ToArray(), loaded.Logits(inputs).detach().data<float>().ToArray());
        var (_, state) = machine.forward(inputs);
        Assert.Equal([2, 6], state.Controller[1].shape);
        Assert.Equal(2, state.Controller.Length);
    }

    private static (Tensor Outputs, Tensor State, GRUCell[] Cells) Torch(GruController controller, int layers, Tensor inputs)
    {
        // torch's own cell, layer by layer and step by step, with the controller's weights.
        var parameters = controller.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        var h = Enumerable.Range(0, layers).Select(l => parameters[$"layers.{l}.initial_h"].expand(inputs.size(1), 5)).ToArray();
        var cells = Enumerable.Range(0, layers).Select(l => nn.GRUCell(l == 0 ? 4 : 5, 5, dtype: ScalarType.Float64)).ToArray();
        for (var l = 0; l < layers; l++)
            foreach (var name in (string[])["weight_ih", "weight_hh", "bias_ih", "bias_hh"])
                using (no_grad())
                    cells[l].get_parameter(name)!.copy_(parameters[$"layers.{l}.{name}"]);
        var outputs = new List<Tensor>();
        foreach (var input in inputs.unbind(0))
        {
            var below = input;
            for (var l = 0; l < layers; l++)
                below = h[l] = cells[l].forward(below, h[l]);
            outputs.Add(below);
        }

        return (stack(outputs), stack(h), cells);
    }

    /// <summary>Of the inputs and of every parameter; the initial outputs are the controller's in both.</summary>
    private static List<Tensor> Gradients(Tensor outputs, GruController controller, Tensor inputs, Func<string, Tensor?> weight)
    {
        inputs.grad?.zero_();
        controller.zero_grad();
        outputs.square().sum().backward();
        var parameters = controller.named_parameters().Select(p => p.name.EndsWith("initial_h", StringComparison.Ordinal) ? p.parameter : weight(p.name)!);
        return [.. parameters.Prepend(inputs).Select(t => t.grad!.clone())];
    }
}
