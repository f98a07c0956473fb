using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Serving;

/// <summary>The rules of every registration of models from files.</summary>
/// <typeparam name="TModel">The type that a model is registered as.</typeparam>
public abstract class ModelRegistrationTests<TModel> : IDisposable
    where TModel : class
{
    protected ModelRegistrationTests()
    {
        ModelPath = Folder["model.safetensors"];
        NtmModelFile.Save(Saved, ModelPath);
    }

    /// <summary>The model in the file.</summary>
    protected NeuralTuringMachine Saved { get; } = SmallMachine.Create(seed: 3);

    protected string ModelPath { get; }

    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Saved.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void The_start_of_a_host_loads_every_model()
    {
        using var provider = Build(s => AddKeyed(Add(s, ModelPath), "other", ModelPath));
        provider.GetRequiredService<IStartupValidator>().Validate();
        File.Delete(ModelPath);
        Assert.Equal(3, InputSize(provider.GetRequiredService<TModel>()));
        Assert.Equal(3, InputSize(provider.GetRequiredKeyedService<TModel>("other")));
    }

    [Fact]
    public void A_file_that_is_missing_or_bad_is_refused_at_start_by_path_and_reason()
    {
        AssertRefused(Folder["missing.safetensors"], "missing.safetensors");
        File.WriteAllText(Folder["text.safetensors"], "hello");
        AssertRefused(Folder["text.safetensors"], "bytes");
        using var lstm = SmallMachine.CreateLstm();
        LstmModelFile.Save(lstm, Folder["lstm.safetensors"]);
        AssertRefused(Folder["lstm.safetensors"], "expected");

        void AssertRefused(string path, string reason)
        {
            foreach (var isNamed in (bool[])[false, true])
            {
                using var provider = Build(s => _ = isNamed ? AddKeyed(s, "name", path) : Add(s, path));
                foreach (var load in (Action[])[provider.GetRequiredService<IStartupValidator>().Validate, Request])
                {
                    var message = Assert.Throws<InvalidOperationException>(load).Message;
                    Assert.StartsWith($"The model '{path}' cannot be loaded: ", message, StringComparison.Ordinal);
                    Assert.Contains(reason, message[message.IndexOf("loaded: ", StringComparison.Ordinal)..], StringComparison.Ordinal);
                }

                void Request() => _ = isNamed ? provider.GetRequiredKeyedService<TModel>("name") : provider.GetRequiredService<TModel>();
            }
        }
    }

    [Fact]
    public void Names_that_are_empty_or_given_twice_are_refused()
    {
        var services = new ServiceCollection();
        Assert.Throws<ArgumentException>(() => Add(services, " "));
        Assert.Throws<ArgumentException>(() => AddKeyed(services, "", ModelPath));
        AddKeyed(Add(services, ModelPath), "one", ModelPath);
        var message = Assert.Throws<InvalidOperationException>(() => Add(services, ModelPath)).Message;
        Assert.StartsWith($"A {typeof(TModel).Name} is registered already", message, StringComparison.Ordinal);
        Assert.Contains("AddKeyedNtmModel", message, StringComparison.Ordinal);
        Assert.Contains("'one'", Assert.Throws<InvalidOperationException>(() => AddKeyed(services, "one", ModelPath)).Message, StringComparison.Ordinal);
    }

    protected abstract IServiceCollection Add(IServiceCollection services, string path);

    protected abstract IServiceCollection AddKeyed(IServiceCollection services, string name, string path);

    protected abstract int InputSize(TModel model);

    protected static ServiceProvider Build(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}
