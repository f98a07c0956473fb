using Ntm.Core.Serialization;
using Ntm.Core.Tests.Serialization;
using Ntm.Core.Tests.Support;
using Ntm.Runtime;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Inference;

/// <summary>States are in the same files as those of <see cref="NtmStateFile"/>.</summary>
public sealed class SessionStateTests : IDisposable
{
    private const int Batch = 6;
    private const int Steps = 4;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names() => [.. InferenceCase.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stream_continues_after_saving_and_loading(string name)
    {
        using var c = new InferenceCase(name);
        var inputs = c.Inputs(1, Steps, Batch);
        using var session = c.Model.NewSession(Batch);
        InferenceCase.Stepwise(session, inputs, Steps);
        session.Save(_folder.File("state"));
        var expected = InferenceCase.Stepwise(session, inputs, Steps);
        using var loaded = c.Model.LoadSession(_folder.File("state"));
        Assert.Equal(Batch, loaded.Batch);
        Assert.Equal(expected, InferenceCase.Stepwise(loaded, inputs, Steps));
        loaded.Reset();
        using var fresh = c.Model.NewSession(Batch);
        Assert.Equal(InferenceCase.Stepwise(fresh, inputs, Steps), InferenceCase.Stepwise(loaded, inputs, Steps));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_machine_of_Core_continues_a_session(string name)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var c = new InferenceCase(name);
        var inputs = c.Inputs(2, Steps, Batch);
        using var session = c.Model.NewSession(Batch);
        InferenceCase.Stepwise(session, inputs, Steps);
        session.Save(_folder.File("state"));
        var state = NtmStateFile.Load(_folder.File("state"));
        NtmStateFile.Save(state, _folder.File("again"));
        Assert.Equal(File.ReadAllBytes(_folder.File("again")), File.ReadAllBytes(_folder.File("state")));
        var exact = state.Select(t => t.to(ScalarType.Float64));
        InferenceCase.Close(c.Exact.forward(c.ExactInputs(inputs, Steps, Batch), exact).Logits, InferenceCase.Stepwise(session, inputs, Steps), "outputs");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_session_continues_a_machine_of_Core(string name)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var c = new InferenceCase(name);
        var inputs = c.Inputs(3, Steps, Batch);
        var (_, state) = c.Machine.forward(c.ExactInputs(inputs, Steps, Batch).to(ScalarType.Float32));
        NtmStateFile.Save(state, _folder.File("state"));
        using var session = c.Model.LoadSession(_folder.File("state"));
        var exact = state.Select(t => t.to(ScalarType.Float64));
        InferenceCase.Close(c.Exact.forward(c.ExactInputs(inputs, Steps, Batch), exact).Logits, InferenceCase.Stepwise(session, inputs, Steps), "outputs");
        using var untouched = c.Model.LoadSession(_folder.File("state"));
        untouched.Save(_folder.File("again"));
        Assert.Equal(File.ReadAllBytes(_folder.File("state")), File.ReadAllBytes(_folder.File("again")));
    }

    [Fact]
    public void A_stream_need_not_seek_and_may_have_been_read()
    {
        using var c = new InferenceCase();
        using var session = c.Model.NewSession(Batch);
        using var stream = new MemoryStream();
        stream.WriteByte(7);
        session.Save(stream);
        stream.Position = 1;
        using (var loaded = c.Model.LoadSession(stream, "state"))
            Assert.Equal(Batch, loaded.Batch);
        using var forward = new System.IO.Compression.BrotliStream(Compressed(stream.ToArray()[1..]), System.IO.Compression.CompressionMode.Decompress);
        using (var loaded = c.Model.LoadSession(forward, "state"))
            Assert.Equal(Batch, loaded.Batch);
    }

    [Fact]
    public void Files_that_are_not_a_state_of_the_model_are_refused()
    {
        using var scope = NewDisposeScope();
        using var c = new InferenceCase();
        var file = ModelFiles.Of(c.Machine.InitialState(2));
        Refused("tensor memory: found shape [2, 5, 3]; expected [2, 5, 4] for this model", ModelFiles.Of(Other(o => o.MemoryWidth = 3)));
        Refused("tensor controller.0: found shape [2, 7]; expected [2, 6]", ModelFiles.Of(Other(o => o.ControllerSize = 7)));
        Refused("tensors: found 4 of them; expected 6", ModelFiles.Of(Other(o => o.Controller = ControllerKind.Feedforward)));
        Refused("tensor controller.0: found element type F64; expected F32", ModelFiles.Of(c.Exact.InitialState(2)));
        Refused("tensor reads: found NaN as number 3; expected finite numbers", file.With(SafeTensor.FromTensor("reads", tensor([0, 0, 0, float.NaN, 0, 0, 0, 0f], [2, 1, 4]))));
        Refused("metadata format: found ntm; expected ntm-state", ModelFiles.Of(c.Machine));
        Refused("metadata ntm-state.version: found 2; expected", file.With("ntm-state.version", "2"));
        var bytes = file.Bytes();
        Assert.Throws<SafeTensorsFormatException>(() => c.Model.LoadSession(new MemoryStream(bytes[..^1]), "state"));
        Assert.Throws<FileNotFoundException>(() => c.Model.LoadSession(_folder.File("nothing")));

        NtmState Other(Action<NtmOptions> change) => Machines.Create(change, dtype: ScalarType.Float32).InitialState(2);

        void Refused(string message, SafeTensorsFile content)
        {
            var refused = Assert.Throws<SafeTensorsFormatException>(() => c.Model.LoadSession(new MemoryStream(content.Bytes()), "the state"));
            Assert.StartsWith("the state: " + message, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Files_that_are_not_a_state_of_the_network_are_refused()
    {
        using var network = new LstmNetwork(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 5, Layers = 2 }, seed: 7);
        using var model = LstmModel.Load(ModelFiles.Of(network), "network");
        using var session = model.NewSession(4);
        using var stream = new MemoryStream();
        session.Save(stream);
        var file = SafeTensorsFile.Read(new MemoryStream(stream.ToArray()), stream.Length, "state");
        Refused("metadata format: found nothing; expected lstm-state", new SafeTensorsFile(file.Tensors));
        Refused("metadata lstm-state.version: found 9", file.With("lstm-state.version", "9"));
        Refused("tensor h: found nothing", new SafeTensorsFile(file.Tensors.Where(t => t.Name != "h"), file.Metadata));
        Refused("tensor c: found shape [2, 3, 5]; expected [2, 4, 5]", file.With(SafeTensor.FromTensor("c", zeros(2, 3, 5))));
        Refused("tensor h: found shape [2, 0, 5]; expected [2, 1, 5]", file.With(SafeTensor.FromTensor("h", zeros(2, 0, 5))));
        Refused("tensor c: found NaN as number 0", file.With(SafeTensor.FromTensor("c", full([2, 4, 5], float.NaN))));

        void Refused(string message, SafeTensorsFile content)
        {
            var refused = Assert.Throws<SafeTensorsFormatException>(() => model.LoadSession(new MemoryStream(content.Bytes()), "the state"));
            Assert.StartsWith("the state: " + message, refused.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static MemoryStream Compressed(byte[] bytes)
    {
        var target = new MemoryStream();
        using (var brotli = new System.IO.Compression.BrotliStream(target, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(bytes);
        target.Position = 0;
        return target;
    }
}
