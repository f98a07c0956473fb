using Ntm.Core.Serialization;
using Ntm.Core.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Serialization;

public sealed class NtmStateFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"ntm-state-{Guid.NewGuid():N}.safetensors");

    [Theory]
    [InlineData(ControllerKind.Lstm, ScalarType.Float32)]
    [InlineData(ControllerKind.Gru, ScalarType.Float64)]
    [InlineData(ControllerKind.Feedforward, ScalarType.BFloat16)]
    public void A_stream_continues_after_loading(ControllerKind controller, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var machine = Machines.Create(o => (o.Controller, o.ReadHeads) = (controller, 2), dtype: type);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 4, batch: 2, type);
        var (_, state) = machine.forward(inputs);
        NtmStateFile.Save(state, _path);
        var loaded = NtmStateFile.Load(_path);
        AssertClose.SameBits(state, loaded);
        AssertClose.SameBits(machine.forward(inputs, state).Logits, machine.forward(inputs, loaded).Logits, "logits");
    }

    [Fact]
    public void Files_that_are_not_a_whole_state_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(dtype: float32);
        NtmStateFile.Save(machine.InitialState(2), _path);
        var file = SafeTensorsFile.Load(_path);
        Refused("tensor reads", file.Tensors.Where(t => t.Name != "reads"));
        Refused("tensor controller.", file.Tensors.Where(t => t.Name != "controller.0"));
        Refused("tensor ", file.Tensors.Append(SafeTensor.FromTensor("other", zeros(2))));
        Refused("tensor read_weightings", Replaced("read_weightings", zeros(2, 1, 99)));
        Refused("tensor write_weightings", Replaced("write_weightings", zeros(3, 1, machine.Options.MemoryLocations)));
        Refused("tensor memory", Replaced("memory", zeros(2, 3)));
        Refused("tensor reads", Replaced("reads", zeros(2, 1, machine.Options.MemoryWidth, dtype: float64)));
        Refused("tensor controller.1", Replaced("controller.1", zeros(5, 3)));
        Refused("metadata format", file.Tensors, new Dictionary<string, string>());
        Refused("metadata ntm-state.version", file.Tensors, new Dictionary<string, string> { ["format"] = "ntm-state", ["ntm-state.version"] = "2" });
        File.WriteAllBytes(_path, File.ReadAllBytes(_path)[..^4]);
        Assert.Throws<SafeTensorsFormatException>(() => NtmStateFile.Load(_path));

        IEnumerable<SafeTensor> Replaced(string name, Tensor value) => file.Tensors.Select(t => t.Name == name ? SafeTensor.FromTensor(name, value) : t);

        void Refused(string place, IEnumerable<SafeTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
        {
            new SafeTensorsFile(tensors, metadata ?? file.Metadata).Save(_path);
            Assert.Contains(place, Assert.Throws<SafeTensorsFormatException>(() => NtmStateFile.Load(_path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_disposed_state_leaves_the_file_as_it_was()
    {
        using var machine = Machines.Create(dtype: float32);
        using var state = machine.InitialState(2);
        NtmStateFile.Save(state, _path);
        var before = File.ReadAllBytes(_path);
        state.Reads.Dispose();
        Assert.Contains("reads", Assert.Throws<ObjectDisposedException>(() => NtmStateFile.Save(state, _path)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_path));
    }

    public void Dispose() => File.Delete(_path);
}
