using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Settings;

/// <summary>Combinations of settings that are invalid although each is in its range; checked before anything is built.</summary>
internal static class JointRules
{
    /// <param name="settings">Settings that are right one by one.</param>
    /// <returns>Messages that name the options.</returns>
    public static IEnumerable<string> Violations(TrainSettings settings) =>
        [.. Memory(settings), .. Weights(settings), .. Optimizers(settings), .. Batches(settings), .. Rates(settings)];

    private static IEnumerable<string> Memory(TrainSettings settings)
    {
        if (settings.Architecture == Architecture.Lstm)
            yield break;
        var options = settings.Ntm;
        var range = options.Addressing == AddressingKind.ContentAndLocation ? options.ShiftRange : 0;
        if (options.MemoryLocations < 2 * range + 1)
            yield return Invariant($"--memory-locations is {options.MemoryLocations}; it must be at least {2 * range + 1}, since a head's shifts by up to {range} either way are to different locations.");
        var most = NtmOptionsValidator.LargestMemory / options.MemoryWidth;
        if (options.MemoryLocations > most)
            yield return Invariant($"--memory-locations is {options.MemoryLocations}; it must be at most {most} with a --memory-width of {options.MemoryWidth}.");
    }

    /// <summary>A training has each weight and its gradient in memory, whatever else it has there.</summary>
    private static IEnumerable<string> Weights(TrainSettings settings)
    {
        var bytes = 2.0 * sizeof(float) * LeastWeights(settings);
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes <= available)
            yield break;
        string[] sizes = ["--controller-size", "--controller-layers", .. settings.Architecture == Architecture.Lstm ? [] : (string[])[.. HeadOptions(settings), "--memory-locations", "--memory-width"]];
        var values = SettingProperty.All.Where(s => sizes.Contains(s.Option)).Select(s => Invariant($"{s.Option} {s.ValueIn(settings)}"));
        yield return Invariant($"The model's weights and their gradients take {Gigabytes(bytes)} with {string.Join(", ", values)}; expected at most the {Gigabytes(available)} of memory available.");
    }

    /// <summary>The options that say how many heads there are.</summary>
    public static IReadOnlyList<string> HeadOptions(TrainSettings settings) => settings.Heads is null ? ["--read-heads", "--write-heads"] : ["--heads"];

    /// <summary>The weights of a model without those to and from its data, which are few.</summary>
    private static double LeastWeights(TrainSettings settings)
    {
        if (settings.Architecture == Architecture.Lstm)
        {
            double size = settings.Lstm.HiddenSize;
            return 4 * size * (size + (settings.Lstm.Layers - 1) * 2 * size);
        }

        var options = settings.Ntm;
        double units = options.ControllerSize, above = options.ControllerLayers - 1, reads = options.ReadHeads, writes = options.WriteHeads;
        double width = options.MemoryWidth, locations = options.MemoryLocations;
        // A feedforward layer has no gates, and nothing from the step before.
        var (gates, recurrent) = settings.Architecture switch { Architecture.NtmFeedforward => (1, 0), Architecture.NtmGru => (3, 1), _ => (4, 1) };
        var controller = gates * units * (reads * width + recurrent * units + above * (1 + recurrent) * units);
        var weightings = options.InitialWeightings is InitialWeightingKind.Learned or InitialWeightingKind.Focused ? (reads + writes) * locations : 0;
        var memory = options.Memory == MemoryKind.Learned ? locations * width : 0;
        // A read head has a key, a write head one and what it erases and adds.
        return controller + units * (reads + 3 * writes) * width + weightings + memory;
    }

    /// <summary>The rules across the numbers of an optimizer, in the words of the command line.</summary>
    private static IEnumerable<string> Optimizers(TrainSettings settings)
    {
        var result = new TrainingOptionsValidator().Validate(null, new TrainingOptions { Optimizer = settings.Optimizer, GradientClipping = settings.GradientClipping });
        return (result.Failures ?? []).Select(message => OptionWords.Of(message));
    }

    /// <summary>A batch lies in arrays, which .NET bounds.</summary>
    private static IEnumerable<string> Batches(TrainSettings settings)
    {
        var entry = TaskCatalog.Find(settings.Task);
        var (steps, task) = (entry.Steps(settings), entry.Create(settings));
        long width = Math.Max(task.InputSize, task.OutputSize);
        // A hundred are evaluated at once.
        if (steps * width > Array.MaxLength / 100)
        {
            yield return Invariant($"{entry.Sizes(settings)} makes sequences of {steps:N0} steps, each of {width:N0} numbers; expected at most {Array.MaxLength / 100 / width:N0} steps.");
            yield break;
        }

        var most = Array.MaxLength / (steps * width);
        if (settings.BatchSize > most)
            yield return Message("--batch-size", settings.BatchSize);
        if (settings.SettleSequences > 0 && settings.SettleBatch > most)
            yield return Message("--settle-batch", settings.SettleBatch);

        string Message(string option, int value) => Invariant($"{option} is {value}; it must be at most {most} where sequences have up to {steps} steps.");
    }

    /// <summary>The rates of branches and settling are shares of the learning rate, which has its own bounds.</summary>
    private static IEnumerable<string> Rates(TrainSettings settings)
    {
        const double Most = 1e3;
        if (settings.ScaleLr != RateScaling.None)
        {
            if (settings.Generations > 0 || settings.SettleSequences > 0)
                yield return Invariant($"--scale-lr is {SettingsJson.Name(settings.ScaleLr)}, and --generations and --settle-sequences have their own batches and rates; expected none.");
            if (settings.Optimizer.LearningRate * TrainerOptions.RateFactor(settings) is not (> 0 and <= Most))
                yield return Invariant($"--scale-lr is {SettingsJson.Name(settings.ScaleLr)} with an --lr of {settings.Optimizer.LearningRate} and a --batch-size of {settings.BatchSize}; the scaled rate must be at most {Most}, and above 0.");
        }

        // Of every three branches one has half the rate, and one twice as much.
        if (settings.Generations > 0 && !(settings.Optimizer.LearningRate * settings.BranchRate / 2 > 0 && settings.Optimizer.LearningRate * settings.BranchRate * 2 <= Most))
            yield return Invariant($"--branch-rate is {settings.BranchRate} with an --lr of {settings.Optimizer.LearningRate}; twice their product must be at most {Most}, and half of it above 0.");
        if (settings.SettleSequences > 0 && !(settings.Optimizer.LearningRate * settings.SettleRate is > 0 and <= Most))
            yield return Invariant($"--settle-rate is {settings.SettleRate} with an --lr of {settings.Optimizer.LearningRate}; their product must be at most {Most}, and above 0.");
    }

    private static string Gigabytes(double bytes) => Invariant($"{bytes / (1L << 30):0.#} GB");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
