using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests;

public class NtmTrainingServicesTests
{
    [Fact]
    public void A_trainer_with_model_task_and_options_resolves_and_trains()
    {
        using var provider = Services().BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        var machine = provider.GetRequiredService<NeuralTuringMachine>();
        Assert.Same(machine, provider.GetRequiredService<ISequenceModel>());
        Assert.Same(provider.GetRequiredService<Trainer>(), provider.GetRequiredService<Trainer>());
        Assert.Equal("copy", provider.GetRequiredService<SequenceTask>().Name);
        // The sizes are the task's.
        Assert.Equal((3, 2, 16), (machine.InputSize, machine.OutputSize, machine.Options.ControllerSize));
        var before = SmallMachine.Values(machine);
        var result = provider.GetRequiredService<Trainer>().Train();
        Assert.Equal(32, result.SequencesSeen);
        Assert.NotEqual(before, SmallMachine.Values(machine));
    }

    [Fact]
    public void The_models_parameters_are_those_of_the_trainings_seed()
    {
        using var provider = Services(configureTraining: o => o.Seed = 9).BuildServiceProvider();
        using var expected = SmallMachine.Create(seed: 9);
        Assert.Equal(SmallMachine.Values(expected), SmallMachine.Values(provider.GetRequiredService<NeuralTuringMachine>()));
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        using var model = Services(configureModel: o => o.ReadHeads = 0).BuildServiceProvider();
        Assert.Contains("NtmOptions.ReadHeads is 0; it must be at least 1 and at most 256.",
            Assert.Throws<OptionsValidationException>(() => model.GetRequiredService<NeuralTuringMachine>()).Message, StringComparison.Ordinal);
        using var training = Services(configureTraining: o => o.BatchSize = -4).BuildServiceProvider();
        Assert.Contains("TrainingOptions.BatchSize is -4; it must be at least 1 and at most 65536.",
            Assert.Throws<OptionsValidationException>(() => training.GetRequiredService<Trainer>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_registered_before_is_the_one_that_is_trained()
    {
        using var own = new LinearModel();
        using var provider = new ServiceCollection().AddSingleton<ISequenceModel>(own)
            .AddNtmTraining(new EchoTask(), configureTraining: Short).BuildServiceProvider();
        provider.GetRequiredService<Trainer>().Train();
        Assert.Equal(32, own.Training.Sum());
    }

    [Fact]
    public void Null_is_refused_by_name()
    {
        Assert.Throws<ArgumentNullException>("services", () => NtmTrainingServices.AddNtmTraining(null!, new EchoTask()));
        Assert.Throws<ArgumentNullException>("task", () => new ServiceCollection().AddNtmTraining(null!));
    }

    [Fact]
    public void A_training_logs_start_evaluations_and_end_as_information_and_points_as_debug()
    {
        var log = new RecordingLogger();
        using var provider = Services(configureTraining: o => (o.EvaluationInterval, o.EvaluationSequences) = (16, 4))
            .AddSingleton<ILogger<Trainer>>(log).BuildServiceProvider();
        provider.GetRequiredService<Trainer>().Train();
        // 32 sequences in 2 batches: a point and an evaluation after each.
        Assert.Equal(
            [LogLevel.Information, LogLevel.Information, LogLevel.Debug, LogLevel.Information, LogLevel.Debug, LogLevel.Information],
            log.Entries.Select(e => e.Level));
        Assert.StartsWith("Training copy: ", log.Entries[0].Message, StringComparison.Ordinal);
        Assert.Contains("rmsprop, up to 32 sequences, seed 1", log.Entries[0].Message, StringComparison.Ordinal);
        Assert.StartsWith("After 16 sequences, on 4 held out: cost ", log.Entries[1].Message, StringComparison.Ordinal);
        Assert.StartsWith("16 sequences: cost ", log.Entries[2].Message, StringComparison.Ordinal);
        Assert.StartsWith("Training ended: Completed after 32 sequences", log.Entries[^1].Message, StringComparison.Ordinal);
    }

    private static IServiceCollection Services(Action<NtmOptions>? configureModel = null, Action<TrainingOptions>? configureTraining = null) =>
        new ServiceCollection().AddNtmTraining(
            SmallMachine.Task,
            o =>
            {
                (o.ControllerSize, o.MemoryLocations, o.MemoryWidth) = (16, 8, 6);
                configureModel?.Invoke(o);
            },
            o =>
            {
                Short(o);
                configureTraining?.Invoke(o);
            });

    private static void Short(TrainingOptions options) => (options.Sequences, options.BatchSize, options.ReportInterval, options.EvaluationInterval, options.StopWhenSolved) = (32, 16, 16, 0, false);

    private sealed class RecordingLogger : ILogger<Trainer>
    {
        public List<(LogLevel Level, string Message)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add((logLevel, formatter(state, exception)));
    }
}
