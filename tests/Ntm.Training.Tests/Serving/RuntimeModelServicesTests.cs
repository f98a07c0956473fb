using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Runtime;
using Ntm.Runtime.Serving;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Serving;

/// <summary>The registration without torch, which shares its rules with that of <see cref="NtmModelServices"/>. The namespace of these tests sees the latter first, so calls name the class.</summary>
public sealed class RuntimeModelServicesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly NeuralTuringMachine _saved = SmallMachine.Create(seed: 3);
    private readonly string _path;

    public RuntimeModelServicesTests()
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
    public void The_model_of_a_file_is_loaded_once_and_disposed_with_the_provider()
    {
        var provider = Build(s => RuntimeModelServices.AddNtmModel(s, _path));
        var model = provider.GetRequiredService<NtmModel>();
        Assert.Same(model, provider.GetRequiredService<NtmModel>());
        Assert.Same(model, provider.GetRequiredService<SequenceModel>());
        using var inputs = ones(2, 1, 3);
        using var expected = _saved.Logits(inputs);
        var outputs = new float[2 * model.OutputSize];
        model.Run([1, 1, 1, 1, 1, 1], outputs, steps: 2, batch: 1);
        Assert.Equal(expected.data<float>().ToArray(), outputs, (a, b) => Math.Abs(a - b) < 1e-5);
        provider.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.NewSession());
    }

    [Fact]
    public void Models_of_both_kinds_are_in_one_program()
    {
        using var provider = Build(s => RuntimeModelServices.AddKeyedNtmModel(s, "model", _path).AddKeyedNtmModel("model", _path, o => o.Threads = 2));
        Assert.Equal(3, provider.GetRequiredKeyedService<NtmModel>("model").InputSize);
        Assert.Same(provider.GetRequiredKeyedService<NtmModel>("model"), provider.GetRequiredKeyedService<SequenceModel>("model"));
        Assert.Equal(2, provider.GetRequiredKeyedService<NeuralTuringMachine>("model").Threads);
        Assert.Null(provider.GetService<NtmModel>());
    }

    [Fact]
    public void The_start_of_a_host_loads_every_model()
    {
        using var provider = Build(s => RuntimeModelServices.AddKeyedNtmModel(RuntimeModelServices.AddNtmModel(s, _path), "other", _path));
        provider.GetRequiredService<IStartupValidator>().Validate();
        File.Delete(_path);
        Assert.Equal(3, provider.GetRequiredService<NtmModel>().InputSize);
        Assert.Equal(3, provider.GetRequiredKeyedService<NtmModel>("other").InputSize);
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
                using var provider = Build(s => _ = isNamed ? RuntimeModelServices.AddKeyedNtmModel(s, "name", path) : RuntimeModelServices.AddNtmModel(s, path));
                foreach (var load in (Action[])[provider.GetRequiredService<IStartupValidator>().Validate, Request])
                {
                    var message = Assert.Throws<InvalidOperationException>(load).Message;
                    Assert.StartsWith($"The model '{path}' cannot be loaded: ", message, StringComparison.Ordinal);
                    Assert.Contains(reason, message[message.IndexOf("loaded: ", StringComparison.Ordinal)..], StringComparison.Ordinal);
                }

                void Request() => _ = isNamed ? provider.GetRequiredKeyedService<NtmModel>("name") : provider.GetRequiredService<NtmModel>();
            }
        }
    }

    [Fact]
    public void Names_that_are_empty_or_given_twice_are_refused()
    {
        var services = new ServiceCollection();
        Assert.Throws<ArgumentException>(() => RuntimeModelServices.AddNtmModel(services, " "));
        Assert.Throws<ArgumentException>(() => RuntimeModelServices.AddKeyedNtmModel(services, "", _path));
        RuntimeModelServices.AddKeyedNtmModel(RuntimeModelServices.AddNtmModel(services, _path), "one", _path);
        var message = Assert.Throws<InvalidOperationException>(() => RuntimeModelServices.AddNtmModel(services, _path)).Message;
        Assert.StartsWith($"A {nameof(NtmModel)} is registered already", message, StringComparison.Ordinal);
        Assert.Contains(nameof(RuntimeModelServices.AddKeyedNtmModel), message, StringComparison.Ordinal);
        Assert.Contains("'one'", Assert.Throws<InvalidOperationException>(() => RuntimeModelServices.AddKeyedNtmModel(services, "one", _path)).Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Build(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}
