using Ntm.Core.Serialization;
using Ntm.Core.Tests.Support;
using Ntm.Runtime;
using Ntm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Inference;

/// <summary>Files of models that this package does not compute are refused when they are loaded, with the reason.</summary>
public class ModelRefusalTests
{
    [Fact]
    public void Models_that_need_Core_are_refused()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(dtype: ScalarType.Float32);
        using var exact = Machines.Create(dtype: ScalarType.Float64);
        using var custom = Machines.Create(parts: new NtmParts { Controller = new ElmanController(7, 6) }, dtype: ScalarType.Float32);
        using var addressed = Machines.Create(parts: new NtmParts { ReadAddressing = new DirectAddressing(5) }, dtype: ScalarType.Float32);
        using var striped = Machines.Create(parts: new NtmParts { Memory = new StripedMemory(5, 4) }, dtype: ScalarType.Float32);
        Refused("metadata ntm.parts: found pytorch-ntm; expected none: a machine with imported components", ModelFiles.Of(machine).With("ntm.parts", "pytorch-ntm"));
        Refused("tensor controller.layers.0.weight_ih: found element type F64; expected F32", ModelFiles.Of(exact));
        Refused("tensor controller._start: found a tensor that the model does not have", ModelFiles.Of(custom));
        Refused("tensor read_heads.", ModelFiles.Of(addressed));
        Refused("tensor memory._", ModelFiles.Of(striped));
    }

    [Fact]
    public void Files_that_are_not_a_model_are_refused()
    {
        using var machine = Machines.Create(dtype: ScalarType.Float32);
        using var network = new LstmNetwork(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 5, Layers = 2 }, seed: 7);
        using var exact = new LstmNetwork(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 5, Layers = 2 }, seed: 7);
        exact.to(ScalarType.Float64);
        var file = ModelFiles.Of(machine);
        var lstm = ModelFiles.Of(network);
        Refused("metadata format: found other; expected 'ntm' or 'lstm'", file.With("format", "other"));
        Refused("metadata format: found nothing; expected 'ntm' or 'lstm'", new SafeTensorsFile(file.Tensors));
        Refused("metadata ntm.version: found 2; expected at most 1", file.With("ntm.version", "2"));
        Refused("metadata ntm.options: found", file.With("ntm.options", "{}"));
        Refused("tensor output.bias: found nothing; expected a tensor of shape [2]", new SafeTensorsFile(file.Tensors.Where(t => t.Name != "output.bias"), file.Metadata));
        Refused("tensor output.bias: found shape [3]; expected [2]", file.With(SafeTensor.FromTensor("output.bias", zeros(3))));
        Refused("tensor output.bias: found NaN as number 1; expected finite numbers", file.With(SafeTensor.FromTensor("output.bias", tensor([1f, float.NaN]))));
        Refused("tensor layers.0.weight_ih: found element type F64; expected F32", ModelFiles.Of(exact));
        Refused("tensor output.weight: found NaN as number 0", lstm.With(SafeTensor.FromTensor("output.weight", full([2, 10], float.NaN))));
        Refused("tensor layers.1.bias: found nothing", new SafeTensorsFile(lstm.Tensors.Where(t => t.Name != "layers.1.bias"), lstm.Metadata));
        Assert.Contains("metadata format: found lstm; expected 'ntm'", Assert.Throws<SafeTensorsFormatException>(() => NtmModel.Load(lstm, "file")).Message, StringComparison.Ordinal);
        Assert.Contains("metadata format: found ntm; expected 'lstm'", Assert.Throws<SafeTensorsFormatException>(() => LstmModel.Load(file, "file")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_way_of_loading_gives_the_same_model()
    {
        using var machine = Machines.Create(dtype: ScalarType.Float32);
        using var network = new LstmNetwork(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 5, Layers = 2 }, seed: 7);
        var path = Path.GetTempFileName();
        NtmModelFile.Save(machine, path, new Dictionary<string, string> { ["task"] = "copy" });
        using (SequenceModel any = SequenceModel.Load(path), stream = SequenceModel.Load(File.OpenRead(path), "stream"), own = NtmModel.Load(path), ownStream = NtmModel.Load(File.OpenRead(path), "stream"))
        {
            Assert.All((SequenceModel[])[any, stream, own, ownStream], model =>
            {
                Assert.Equal("copy", model.Metadata["task"]);
                Assert.Equal((3, 2), (model.InputSize, model.OutputSize));
                Assert.Equal(6, Assert.IsType<NtmModel>(model).Options.ControllerSize);
            });
        }

        LstmModelFile.Save(network, path);
        using (SequenceModel any = SequenceModel.Load(path), own = LstmModel.Load(path), stream = LstmModel.Load(File.OpenRead(path), "stream"))
            Assert.All((SequenceModel[])[any, own, stream], model => Assert.Equal(5, Assert.IsType<LstmModel>(model).Options.HiddenSize));
        File.Delete(path);
    }

    /// <summary>Sizes that wrap around in 32 bits would let a step write past its buffers.</summary>
    [Fact]
    public void A_machine_whose_step_is_too_large_is_refused()
    {
        using var machine = Machines.Create(
            o => (o.Addressing, o.InitialWeightings, o.MemoryLocations, o.ReadHeads, o.WriteHeads) = (AddressingKind.Content, InitialWeightingKind.Uniform, 8, 32, 32),
            dtype: ScalarType.Float32);
        var file = ModelFiles.Of(machine);
        Refused(
            "metadata ntm.options: found a step of 64 heads over 16777216 locations with more than 2^31 numbers; expected fewer heads or locations",
            file.With("ntm.options", file.Metadata["ntm.options"].Replace("\"MemoryLocations\":8", "\"MemoryLocations\":16777216", StringComparison.Ordinal)));

        var options = machine.Options;
        options.MemoryLocations = 1 << 24;
        using var large = new NeuralTuringMachine(options, seed: 1);
        Assert.Equal(EngineKind.Reference, large.EngineChoice.Engine);
        Assert.Contains("64 heads over 16777216 locations", large.EngineChoice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_refused_or_read()
    {
        using var machine = new NeuralTuringMachine(
            new NtmOptions { InputSize = 2, OutputSize = 1, ControllerSize = 3, MemoryLocations = 4, MemoryWidth = 2 }, seed: 1);
        using var network = new LstmNetwork(new LstmOptions { InputSize = 2, OutputSize = 1, HiddenSize = 3, Layers = 2 }, seed: 1);
        var path = Path.GetTempFileName();
        NtmModelFile.Save(machine, path);
        DamagedFiles.AreRefusedOrRead<SafeTensorsFormatException>(path, Use, DamagedFiles.Count / 4);
        path = Path.GetTempFileName();
        LstmModelFile.Save(network, path);
        DamagedFiles.AreRefusedOrRead<SafeTensorsFormatException>(path, Use, DamagedFiles.Count / 4);

        static void Use(string path)
        {
            using var model = SequenceModel.Load(path);
            model.Run(new float[2 * model.InputSize], new float[2 * model.OutputSize], 2, 1);
        }
    }

    private static void Refused(string message, SafeTensorsFile file)
    {
        var refused = Assert.Throws<SafeTensorsFormatException>(() => SequenceModel.Load(file, "the file"));
        Assert.StartsWith("the file: " + message, refused.Message, StringComparison.Ordinal);
    }
}
