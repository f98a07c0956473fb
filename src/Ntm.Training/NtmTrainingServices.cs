using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training;

/// <summary>Registers a model, a task and a trainer for dependency injection.</summary>
public static class NtmTrainingServices
{
    /// <summary>
    /// Registers <see cref="SequenceTask"/>, <see cref="NeuralTuringMachine"/>, <see cref="ISequenceModel"/> and
    /// <see cref="Trainer"/> as singletons, with their options and validators. The model's sizes come from the task. The trainer gets every
    /// registered <see cref="ITrainingObserver"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="task">The task.</param>
    /// <param name="configureModel">Changes the default architecture.</param>
    /// <param name="configureTraining">Changes the default training options.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddNtmTraining(
        this IServiceCollection services,
        SequenceTask task,
        Action<NtmOptions>? configureModel = null,
        Action<TrainingOptions>? configureTraining = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(task);
        services.AddOptions<NtmOptions>()
            .Configure(options => (options.InputSize, options.OutputSize) = (task.InputSize, task.OutputSize))
            .Configure(configureModel ?? (_ => { }));
        services.AddOptions<TrainingOptions>().Configure(configureTraining ?? (_ => { }));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NtmOptions>, NtmOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TrainingOptions>, TrainingOptionsValidator>());
        services.TryAddSingleton(task);
        services.TryAddSingleton(provider => new NeuralTuringMachine(
            provider.GetRequiredService<IOptions<NtmOptions>>().Value,
            seed: provider.GetRequiredService<IOptions<TrainingOptions>>().Value.Seed));
        services.TryAddSingleton<ISequenceModel>(provider => provider.GetRequiredService<NeuralTuringMachine>());
        services.TryAddSingleton(CreateTrainer);
        return services;
    }

    private static Trainer CreateTrainer(IServiceProvider provider)
    {
        var trainer = new Trainer(
            provider.GetRequiredService<ISequenceModel>(),
            provider.GetRequiredService<SequenceTask>(),
            provider.GetRequiredService<IOptions<TrainingOptions>>().Value,
            provider.GetService<ILogger<Trainer>>());
        foreach (var observer in provider.GetServices<ITrainingObserver>())
            trainer.Observers.Add(observer);
        return trainer;
    }
}
