using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Shared;
using TorchSharp;

namespace Ntm.Training;

/// <summary>Registers models from files for dependency injection, to serve predictions.</summary>
/// <remarks>
/// A model is a singleton: loaded once, in eval mode, safe for any number of requests at the same time, and disposed with the provider. It is loaded when
/// the host starts, or when it is first requested if there is no host. A file that cannot be loaded is an <see cref="InvalidOperationException"/>
/// that names the path and the reason.
/// </remarks>
public static class NtmModelServices
{
    /// <summary>Registers the model of a file as <see cref="NeuralTuringMachine"/> and <see cref="ISequenceModel"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="path">The model's file; a relative path is relative to the current folder of this call.</param>
    /// <param name="configure">Changes the default options: engine, threads, device.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">A model without a name is registered already.</exception>
    public static IServiceCollection AddNtmModel(this IServiceCollection services, string path, Action<NtmModelOptions>? configure = null) =>
        Add(services, null, path, configure);

    /// <summary>Registers the model of a file as <see cref="NeuralTuringMachine"/> and <see cref="ISequenceModel"/> under a name, as a keyed service: one of
    /// several models.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name, for <see cref="FromKeyedServicesAttribute"/> and <c>GetRequiredKeyedService</c>; not empty.</param>
    /// <param name="path">The model's file; a relative path is relative to the current folder of this call.</param>
    /// <param name="configure">Changes the default options: engine, threads, device.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> or <paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">A model of this name is registered already.</exception>
    public static IServiceCollection AddKeyedNtmModel(this IServiceCollection services, string name, string path, Action<NtmModelOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Add(services, name, path, configure);
    }

    private static IServiceCollection Add(IServiceCollection services, string? name, string path, Action<NtmModelOptions>? configure) =>
        ModelRegistration.Add<NeuralTuringMachine, ISequenceModel>(services, name, path, file => Load(file, configure));

    private static NeuralTuringMachine Load(string path, Action<NtmModelOptions>? configure)
    {
        NeuralTuringMachine? model = null;
        try
        {
            var options = new NtmModelOptions();
            configure?.Invoke(options);
            if (RangeRules.Violations(options).ToList() is { Count: > 0 } violations)
                throw new OptionsValidationException(nameof(NtmModelOptions), typeof(NtmModelOptions), violations);
            model = NtmModelFile.Load(path, options.Parts);
            if (options.Device is not null)
                model.to(options.Device);
            (model.Engine, model.Threads) = (options.Engine, options.Threads);
            if (options.Engine != EngineKind.Auto && model.EngineChoice is var choice && choice.Engine != options.Engine)
                throw new NotSupportedException($"{choice.Reason}.");
            model.eval();
            return model;
        }
        catch
        {
            model?.Dispose();
            throw;
        }
    }
}
