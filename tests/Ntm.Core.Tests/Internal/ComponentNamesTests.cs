using Ntm.Core.Internal;
using TorchSharp;

namespace Ntm.Core.Tests.Internal;

/// <summary>A parameter that reflection did not find is reported when a model is created, not read from before the start of the list.</summary>
public class ComponentNamesTests
{
    [Fact]
    public void A_module_without_its_parameters_says_that_the_program_was_trimmed()
    {
        using var module = torch.nn.Linear(2, 2);
        ComponentNames.Require(module, "weight");
        var e = Assert.Throws<InvalidOperationException>(() => ComponentNames.Require(module, "output.weight"));
        Assert.Contains("Linear has no parameter output.weight: this program has been trimmed", e.Message);
        Assert.Contains("NtmRootModules", e.Message);
    }

    [Theory]
    [InlineData("controller.layers.0.weight_hh")]
    [InlineData("controller.layers.0.bias")]
    [InlineData("controller.layers.0.initial_c")]
    [InlineData("read_heads.layer.bias")]
    [InlineData("write_heads.layer.weight")]
    [InlineData("output.weight")]
    public void An_engine_misses_a_parameter_by_its_name(string missing)
    {
        using var machine = new NeuralTuringMachine(new NtmOptions { ControllerSize = 4, MemoryLocations = 5, MemoryWidth = 3 }, seed: 1);
        string[] names = [.. machine.Cell.named_parameters().Select(p => p.name)];
        Assert.Contains(missing, names);
        var rest = names.Where(name => name != missing).ToArray();
        var e = Assert.Throws<InvalidOperationException>(() => new ParameterTable(rest, [.. rest.Select(_ => 1L)], NtmShapes.Of(new NtmOptions())));
        Assert.Contains($"no parameter {missing}", e.Message);
    }
}
