using Ntm.Core.Engines;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines;

/// <summary>The engines' list of a state's tensors is what the cell's state has, in its order.</summary>
public class StateLayoutTests
{
    public static TheoryData<ControllerKind> Controllers => [.. Enum.GetValues<ControllerKind>()];

    [Theory]
    [MemberData(nameof(Controllers))]
    public void It_has_the_names_and_shapes_of_the_state(ControllerKind controller)
    {
        var options = new NtmOptions
        {
            InputSize = 3,
            OutputSize = 2,
            Controller = controller,
            ControllerSize = 6,
            ControllerLayers = 2,
            MemoryLocations = 7,
            MemoryWidth = 4,
            ReadHeads = 2,
            WriteHeads = 3,
        };
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(options, seed: 1);
        var layout = BuiltInCell.Of(machine.Cell).Cell!.Engine.Shape.State;
        var state = machine.InitialState(5);
        Assert.Equal(state.Tensors().Select(t => string.Join(',', t.shape)), layout.Tensors.Select(t => string.Join(',', t.Shape.Prepend(5))));
        string[] controllers = controller switch
        {
            ControllerKind.Lstm => ["h_0", "c_0", "h_1", "c_1"],
            ControllerKind.Gru => ["h_0", "h_1"],
            _ => [],
        };
        Assert.Equal([.. controllers, "memory", "reads", "read_weightings", "write_weightings"], layout.Tensors.Select(t => t.Name));
        Assert.Equal(controllers.Length, layout.Controller.Length);
    }
}
