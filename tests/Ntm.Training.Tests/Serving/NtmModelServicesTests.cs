using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Serving;

public sealed class NtmModelServicesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly NeuralTuringMachine _saved = SmallMachine.Create(seed: 3);
    private readonly string _path;

    public NtmModelServicesTests()
    {
        _path = _folder["model.safetensors"];
        NtmModelFile.Save(_saved, _path);
    }

    public void Dispose()
    {
        _saved.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_model_of_a_file_is_loaded_once_in_eval_mode_and_disposed_with_the_provider()
    {
        var provider = Build(s => s.AddNtmModel(_path));
        var model = provider.GetRequiredService<NeuralTuringMachine>();
        Assert.Same(model, provider.GetRequiredService<NeuralTuringMachine>());
        Assert.Same(model, provider.GetRequiredService<ISequenceModel>());
        Assert.Equal(SmallMachine.Values(_saved), SmallMachine.Values(model));
        Assert.All(model.modules().Prepend(model), m => Assert.False(m.training));
        Assert.Equal((EngineKind.Auto, 1), (model.Engine, model.Threads));
        provider.Dispose();
        using var inputs = zeros(2, 1, 3);
        Assert.Throws<ObjectDisposedException>(() => model.Logits(inputs));
    }

    [Fact]
    public void Requests_at_the_same_time_get_the_same_answer()
    {
        using var provider = Build(s => s.AddNtmModel(_path));
        using var inputs = ones(5, 2, 3);
        using var expected = _saved.Logits(inputs);
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
        NtmModelFile.Save(other, _folder["other.safetensors"]);
        using var provider = Build(s => s
            .AddNtmModel(_path)
            .AddKeyedNtmModel("other", _folder["other.safetensors"], o => (o.Engine, o.Threads) = (EngineKind.Reference, 0))
            .AddKeyedNtmModel("again", _path, o => o.Device = CPU));
        var named = provider.GetRequiredKeyedService<NeuralTuringMachine>("other");
        Assert.Equal(SmallMachine.Values(other), SmallMachine.Values(named));
        Assert.Same(named, provider.GetRequiredKeyedService<ISequenceModel>("other"));
        Assert.Equal((EngineKind.Reference, 0), (named.Engine, named.Threads));
        Assert.Equal(SmallMachine.Values(_saved), SmallMachine.Values(provider.GetRequiredKeyedService<NeuralTuringMachine>("again")));
        Assert.NotSame(provider.GetRequiredService<NeuralTuringMachine>(), provider.GetRequiredKeyedService<NeuralTuringMachine>("again"));
    }

    [Fact]
    public void The_start_of_a_host_loads_every_model()
    {
        using var provider = Build(s => s.AddNtmModel(_path).AddKeyedNtmModel("other", _path));
        provider.GetRequiredService<IStartupValidator>().Validate();
        File.Delete(_path);
        Assert.Equal(3, provider.GetRequiredService<NeuralTuringMachine>().InputSize);
        Assert.Equal(3, provider.GetRequiredKeyedService<NeuralTuringMachine>("other").InputSize);
    }

    [Fact]
    public void A_file_that_is_missing_or_bad_is_refused_at_start_by_path_and_reason()
    {
        AssertRefused(_folder["missing.safetensors"], "missing.safetensors");
        File.WriteAllText(_folder["text.safetensors"], "hello");
        AssertRefused(_folder["text.safetensors"], "bytes");
        using var lstm = SmallMachine.CreateLstm();
        LstmModelFile.Save(lstm, _folder["lstm.safetensors"]);
        AssertRefused(_folder["lstm.safetensors"], "expected");

        static void AssertRefused(string path, string reason)
        {
            foreach (var isNamed in (bool[])[false, true])
            {
                using var provider = Build(s => _ = isNamed ? s.AddKeyedNtmModel("name", path) : s.AddNtmModel(path));
                foreach (var load in (Action[])[provider.GetRequiredService<IStartupValidator>().Validate, Request])
                {
                    var message = Assert.Throws<InvalidOperationException>(load).Message;
                    Assert.StartsWith($"The model '{path}' cannot be loaded: ", message, StringComparison.Ordinal);
                    Assert.Contains(reason, message[message.IndexOf("loaded: ", StringComparison.Ordinal)..], StringComparison.Ordinal);
                }

                void Request() => _ = isNamed ? provider.GetRequiredKeyedService<NeuralTuringMachine>("name") : provider.GetRequiredService<NeuralTuringMachine>();
            }
        }
    }

    [Fact]
    public void Options_that_cannot_be_met_are_refused()
    {
        using var threads = Build(s => s.AddNtmModel(_path, o => o.Threads = -1));
        Assert.Contains("NtmModelOptions.Threads is -1", Assert.Throws<InvalidOperationException>(threads.GetRequiredService<NeuralTuringMachine>).Message, StringComparison.Ordinal);
        using var engine = Build(s => s.AddNtmModel(_path, o => o.Engine = (EngineKind)9));
        Assert.Contains("Engine is 9", Assert.Throws<InvalidOperationException>(engine.GetRequiredService<NeuralTuringMachine>).Message, StringComparison.Ordinal);
        // A model on the CPU is not one for the CUDA engine.
        using var cuda = Build(s => s.AddNtmModel(_path, o => o.Engine = EngineKind.Cuda));
        Assert.Contains("the CUDA engine does not support this model", Assert.Throws<InvalidOperationException>(cuda.GetRequiredService<NeuralTuringMachine>).Message, StringComparison.Ordinal);
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "there is a CUDA device, which the rest expects not to be there");
        using var device = Build(s => s.AddNtmModel(_path, o => o.Device = CUDA));
        Assert.Contains("model.safetensors' cannot be loaded: Torch device type CUDA", Assert.Throws<InvalidOperationException>(device.GetRequiredService<NeuralTuringMachine>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_empty_or_given_twice_are_refused()
    {
        var services = new ServiceCollection();
        Assert.Throws<ArgumentException>(() => services.AddNtmModel(" "));
        Assert.Throws<ArgumentException>(() => services.AddKeyedNtmModel("", _path));
        services.AddNtmModel(_path).AddKeyedNtmModel("one", _path);
        Assert.Contains(nameof(NtmModelServices.AddKeyedNtmModel), Assert.Throws<InvalidOperationException>(() => services.AddNtmModel(_path)).Message, StringComparison.Ordinal);
        Assert.Contains("'one'", Assert.Throws<InvalidOperationException>(() => services.AddKeyedNtmModel("one", _path)).Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Build(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

}
