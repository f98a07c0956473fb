using Microsoft.Extensions.DependencyInjection;
using Ntm.Core;
using Ntm.Runtime;
using Ntm.Runtime.Serving;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Serving;

/// <summary>The registration without torch, which shares its rules with that of <see cref="NtmModelServices"/>. The namespace of these tests sees the latter first, so calls name the class.</summary>
public sealed class RuntimeModelServicesTests : ModelRegistrationTests<NtmModel>
{
    [Fact]
    public void The_model_of_a_file_is_loaded_once_and_disposed_with_the_provider()
    {
        var provider = Build(s => RuntimeModelServices.AddNtmModel(s, ModelPath));
        var model = provider.GetRequiredService<NtmModel>();
        Assert.Same(model, provider.GetRequiredService<NtmModel>());
        Assert.Same(model, provider.GetRequiredService<SequenceModel>());
        using var inputs = ones(2, 1, 3);
        using var expected = Saved.Logits(inputs);
        var outputs = new float[2 * model.OutputSize];
        model.Run([1, 1, 1, 1, 1, 1], outputs, steps: 2, batch: 1);
        Assert.Equal(expected.data<float>().ToArray(), outputs, (a, b) => Math.Abs(a - b) < 1e-5);
        provider.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.NewSession());
    }

    [Fact]
    public void Models_of_both_kinds_are_in_one_program()
    {
        using var provider = Build(s => RuntimeModelServices.AddKeyedNtmModel(s, "model", ModelPath).AddKeyedNtmModel("model", ModelPath, o => o.Threads = 2));
        Assert.Equal(3, provider.GetRequiredKeyedService<NtmModel>("model").InputSize);
        Assert.Same(provider.GetRequiredKeyedService<NtmModel>("model"), provider.GetRequiredKeyedService<SequenceModel>("model"));
        Assert.Equal(2, provider.GetRequiredKeyedService<NeuralTuringMachine>("model").Threads);
        Assert.Null(provider.GetService<NtmModel>());
    }

    protected override IServiceCollection Add(IServiceCollection services, string path) => RuntimeModelServices.AddNtmModel(services, path);

    protected override IServiceCollection AddKeyed(IServiceCollection services, string name, string path) => RuntimeModelServices.AddKeyedNtmModel(services, name, path);

    protected override int InputSize(NtmModel model) => model.InputSize;
}
