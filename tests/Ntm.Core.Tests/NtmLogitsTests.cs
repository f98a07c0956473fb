using static TorchSharp.torch;

namespace Ntm.Core.Tests;

public class NtmLogitsTests
{
    private static readonly NtmOptions Options = new() { InputSize = 3, OutputSize = 2, ControllerSize = 6, MemoryLocations = 8, MemoryWidth = 4 };

    [Fact]
    public void In_a_sequence_of_modules_it_computes_and_trains_the_machine()
    {
        using var scope = NewDisposeScope();
        var machine = new NeuralTuringMachine(Options, seed: 1);
        using var model = nn.Sequential(("view", new NtmLogits(machine)), ("scale", nn.Linear(2, 1)));
        var inputs = rand(4, 2, 3);
        Assert.Equal([4, 2, 1], model.forward(inputs).shape);
        Assert.Contains("view.machine.cell.output.weight", model.state_dict().Keys);
        Assert.Equal(machine.state_dict().Count + 2, model.state_dict().Count);
        model.forward(inputs).sum().backward();
        Assert.NotNull(machine.Cell.Output.Weight.grad);
    }

    [Fact]
    public void It_shares_the_parameters_and_disposes_the_machine()
    {
        using var scope = NewDisposeScope();
        var machine = new NeuralTuringMachine(Options, seed: 1);
        var view = new NtmLogits(machine);
        Assert.Same(machine, view.Machine);
        var inputs = rand(4, 2, 3);
        using (no_grad())
            machine.Cell.Output.Weight.fill_(0);
        Assert.Equal(machine.Logits(inputs).data<float>().ToArray(), view.forward(inputs).data<float>().ToArray());
        view.Dispose();
        Assert.Throws<ObjectDisposedException>(() => machine.Logits(inputs));
        machine.Dispose();
    }
}
