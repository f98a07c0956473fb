using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Serialization;

/// <summary>A file must have exactly the tensors of a model with the same options: no parameter or buffer is missing.</summary>
public class ModelShapesTests
{
    [Theory]
    [MemberData(nameof(NtmModelFileTests.Variants), MemberType = typeof(NtmModelFileTests), DisableDiscoveryEnumeration = true)]
    public void Of_a_machine(string variant, Action<NtmOptions> change)
    {
        Assert.NotEmpty(variant);
        var options = Small();
        change(options);
        using var machine = new NeuralTuringMachine(options, seed: 1);
        Assert.Equal(Texts(machine.Cell), Texts(ModelShapes.Of(options, default(CustomParts))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Of_an_LSTM_network(int layers)
    {
        var options = new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 5, Layers = layers };
        using var network = new LstmNetwork(options, seed: 1);
        Assert.Equal(Texts(network), Texts(ModelShapes.Of(options)));
    }

    [Theory]
    [InlineData(PyTorchLayout.NtmPyTorch, 1)]
    [InlineData(PyTorchLayout.PyTorchNtm, 2)]
    public void Of_an_imported_machine(PyTorchLayout layout, int layers)
    {
        var project = PyTorchProject.Of(layout);
        var options = new NtmOptions
        {
            InputSize = 3,
            OutputSize = 2,
            ControllerSize = 5,
            ControllerLayers = layers,
            MemoryLocations = 7,
            MemoryWidth = 4,
            ReadHeads = 2,
            WriteHeads = 2,
            Memory = layout == PyTorchLayout.NtmPyTorch ? MemoryKind.Learned : MemoryKind.Random,
            InitialWeightings = InitialWeightingKind.Zeros,
            InitialReads = InitialReadKind.Zeros,
            Clip = null,
        };
        Assert.True(project.Admits(options));
        using var machine = new NeuralTuringMachine(options, project.Parts(options), seed: 1);
        Assert.Equal(Texts(machine.Cell), Texts(project.Shapes(options)));
    }

    [Fact]
    public void Parts_of_ones_own_are_left_out_and_what_is_built_beside_them_is_not()
    {
        var options = Small();
        options.MemoryLocations = 9;
        var parts = new NtmParts { Controller = new FeedforwardController(3 + 2 * 4, 5), ReadAddressing = new ContentAddressing(4), Memory = new LearnedMemory(9, 4, 0.1) };
        using var machine = new NeuralTuringMachine(options, parts, seed: 1);
        Assert.Equal(Texts(machine.Cell).Where(t => !t.StartsWith("controller.", StringComparison.Ordinal) && !t.StartsWith("memory.", StringComparison.Ordinal)), Texts(ModelShapes.Of(options, NtmModelFile.Custom(parts))));
    }

    private static NtmOptions Small() => new() { InputSize = 3, OutputSize = 2, ControllerSize = 5, MemoryLocations = 7, MemoryWidth = 4, ReadHeads = 2, ShiftRange = 2 };

    private static IEnumerable<string> Texts(nn.Module module) => module.state_dict().Select(t => $"{t.Key} [{string.Join(", ", t.Value.shape)}]").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Texts(IEnumerable<TensorShape> shapes) => shapes.Select(t => $"{t.Name} [{string.Join(", ", t.Shape)}]").Order(StringComparer.Ordinal);
}
