using Microsoft.Extensions.DependencyInjection;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Serving;

public sealed class NtmModelServicesTests : ModelRegistrationTests<NeuralTuringMachine>
{
    [Fact]
    public void The_model_of_a_file_is_loaded_once_in_eval_mode_and_disposed_with_the_provider()
    {
        var provider = Build(s => s.AddNtmModel(ModelPath));
        var model = provider.GetRequiredService<NeuralTuringMachine>();
        Assert.Same(model, provider.GetRequiredService<NeuralTuringMachine>());
        Assert.Same(model, provider.GetRequiredService<ISequenceModel>());
        Assert.Equal(SmallMachine.Values(Saved), SmallMachine.Values(model));
        Assert.All(model.modules().Prepend(model), m => Assert.False(m.training));
        Assert.Equal((EngineKind.Auto, 1), (model.Engine, model.Threads));
        provider.Dispose();
        using var inputs = zeros(2, 1, 3);
        Assert.Throws<ObjectDisposedException>(() => model.Logits(inputs));
    }

    [Fact]
    public void Requests_at_the_same_time_get_the_same_answer()
    {
        using var provider = Build(s => s.AddNtmModel(ModelPath));
        using var inputs = ones(5, 2, 3);
        using var expected = Saved.Logits(inputs);
        var answers = new float[16][];
        Parallel.For(0, answers.Length, i =>
        {
            using var noGrad = no_grad();
            using var logits = provider.GetRequiredService<NeuralTuringMachine>().Logits(inputs);
            answers[i] = logits.data<float>().ToArray();
        });
        Assert.All(answers, a => Assert.Equal(answers[0], a));
        Assert.Equal(expected.data<float>().ToArray(), answers[0], (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Several_models_have_names_and_their_own_options()
    {
        using var other = SmallMachine.Create(seed: 4);
        NtmModelFile.Save(other, Folder["other.safetensors"]);
        using var provider = Build(s => s
            .AddNtmModel(ModelPath)
            .AddKeyedNtmModel("other", Folder["other.safetensors"], o => (o.Engine, o.Threads) = (EngineKind.Reference, 0))
            .AddKeyedNtmModel("again", ModelPath, o => o.Device = CPU));
        var named = provider.GetRequiredKeyedService<NeuralTuringMachine>("other");
        Assert.Equal(SmallMachine.Values(other), SmallMachine.Values(named));
        Assert.Same(named, provider.GetRequiredKeyedService<ISequenceModel>("other"));
        Assert.Equal((EngineKind.Reference, 0), (named.Engine, named.Threads));
        Assert.Equal(SmallMachine.Values(Saved), SmallMachine.Values(provider.GetRequiredKeyedService<NeuralTuringMachine>("again")));
        Assert.NotSame(provider.GetRequiredService<NeuralTuringMachine>(), provider.GetRequiredKeyedService<NeuralTuringMachine>("again"));
    }

    [Fact]
    public void Options_that_cannot_be_met_are_refused()
    {
        using var threads = Build(s => s.AddNtmModel(ModelPath, o => o.Threads = -1));
        Assert.Contains("NtmModelOptions.Threads is -1", Assert.Throws<InvalidOperationException>(threads.GetRequiredService<NeuralTuringMachine>).Message, StringComparison.Ordinal);
        using var engine = Build(s => s.AddNtmModel(ModelPath, o => o.Engine = (EngineKind)9));
        Assert.Contains("Engine is 9", Assert.Throws<InvalidOperationException>(engine.GetRequiredService<NeuralTuringMachine>).Message, StringComparison.Ordinal);
        // A model on the CPU is not one for the CUDA engine.
        using var cuda = Build(s => s.AddNtmModel(ModelPath, o => o.Engine = EngineKind.Cuda));
        Assert.Contains("the CUDA engine does not support this model", Assert.Throws<InvalidOperationException>(cuda.GetRequiredService<NeuralTuringMachine>).Message, StringComparison.Ordinal);
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "there is a CUDA device, which the rest expects not to be there");
        using var device = Build(s => s.AddNtmModel(ModelPath, o => o.Device = CUDA));
        Assert.Contains("model.safetensors' cannot be loaded: Torch device type CUDA", Assert.Throws<InvalidOperationException>(device.GetRequiredService<NeuralTuringMachine>).Message, StringComparison.Ordinal);
    }

    protected override IServiceCollection Add(IServiceCollection services, string path) => services.AddNtmModel(path);

    protected override IServiceCollection AddKeyed(IServiceCollection services, string name, string path) => services.AddKeyedNtmModel(name, path);

    protected override int InputSize(NeuralTuringMachine model) => model.InputSize;
}
