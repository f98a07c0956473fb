using Ntm.Core;
using Ntm.Paper.Catalog;

namespace Ntm.Paper.Settings;

/// <summary>What settings cannot be together, though each is in its range: said before anything is made of them.</summary>
internal static class JointRules
{
    /// <param name="settings">Settings that are right one by one.</param>
    /// <returns>Messages that name the options.</returns>
    public static IEnumerable<string> Violations(TrainSettings settings) => [.. Memory(settings), .. Weights(settings), .. Batches(settings), .. Rates(settings)];

    private static IEnumerable<string> Memory(TrainSettings settings)
    {
        if (settings.Architecture == Architecture.Lstm)
            yield break;
        var range = new NtmOptions().ShiftRange;
        if (settings.MemoryLocations < 2 * range + 1)
            yield return Invariant($"--memory-locations is {settings.MemoryLocations}; it must be at least {2 * range + 1}, since a head's shifts by up to {range} either way are to different locations.");
        var most = NtmOptionsValidator.LargestMemory / settings.MemoryWidth;
        if (settings.MemoryLocations > most)
            yield return Invariant($"--memory-locations is {settings.MemoryLocations}; it must be at most {most} with a --memory-width of {settings.MemoryWidth}.");
    }

    /// <summary>A training has each weight and its gradient in memory, whatever else it has there.</summary>
    private static IEnumerable<string> Weights(TrainSettings settings)
    {
        var bytes = 2.0 * sizeof(float) * LeastWeights(settings);
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes <= available)
            yield break;
        string[] sizes = ["--controller-size", "--controller-layers", .. settings.Architecture == Architecture.Lstm ? [] : (string[])["--heads", "--memory-locations", "--memory-width"]];
        var values = SettingProperty.All.Where(s => sizes.Contains(s.Option)).Select(s => Invariant($"{s.Option} {s.Property.GetValue(settings)}"));
        yield return Invariant($"The model's weights and their gradients take {Gigabytes(bytes)} with {string.Join(", ", values)}; expected at most the {Gigabytes(available)} of memory that there are.");
    }

    /// <summary>The weights of a model without those to and from its data, which are few.</summary>
    private static double LeastWeights(TrainSettings settings)
    {
        double units = settings.ControllerSize, above = settings.ControllerLayers - 1;
        if (settings.Architecture == Architecture.Lstm)
            return 4 * units * (units + above * 2 * units);
        double heads = settings.Heads, width = settings.MemoryWidth, locations = settings.MemoryLocations;
        // A feedforward layer has no gates, and nothing from the step before.
        var (gates, recurrent) = settings.Architecture == Architecture.NtmFeedforward ? (1, 0) : (4, 1);
        var controller = gates * units * (heads * width + recurrent * units + above * (1 + recurrent) * units);
        var initial = 2 * heads * locations + (settings.Memory == MemoryKind.Learned ? locations * width : 0);
        return controller + units * heads * 4 * width + initial;
    }

    /// <summary>A batch lies in arrays, which .NET bounds.</summary>
    private static IEnumerable<string> Batches(TrainSettings settings)
    {
        var entry = TaskCatalog.Find(settings.Task);
        var (steps, task) = (entry.Steps(settings), entry.Create(settings));
        var most = Array.MaxLength / (steps * Math.Max(task.InputSize, task.OutputSize));
        if (settings.BatchSize > most)
            yield return Message("--batch-size", settings.BatchSize);
        if (settings.SettleSequences > 0 && settings.SettleBatch > most)
            yield return Message("--settle-batch", settings.SettleBatch);

        string Message(string option, int value) => Invariant($"{option} is {value}; it must be at most {most} where sequences have up to {steps} steps.");
    }

    /// <summary>The rates of branches and settling are shares of the learning rate, which has bounds of its own.</summary>
    private static IEnumerable<string> Rates(TrainSettings settings)
    {
        const double Most = 1e3;
        // Of every three branches one has half the rate, and one twice as much.
        if (settings.Generations > 0 && !(settings.Lr * settings.BranchRate / 2 > 0 && settings.Lr * settings.BranchRate * 2 <= Most))
            yield return Invariant($"--branch-rate is {settings.BranchRate} with an --lr of {settings.Lr}; twice their product must be at most {Most}, and half of it above 0.");
        if (settings.SettleSequences > 0 && !(settings.Lr * settings.SettleRate is > 0 and <= Most))
            yield return Invariant($"--settle-rate is {settings.SettleRate} with an --lr of {settings.Lr}; their product must be at most {Most}, and above 0.");
    }

    private static string Gigabytes(double bytes) => Invariant($"{bytes / (1L << 30):0.#} GB");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
