using System.Globalization;

namespace Ntm.Training;

/// <summary>The variables by which schedulers number the tasks of a job.</summary>
internal static class ShardVariables
{
    public const string SlurmId = "SLURM_ARRAY_TASK_ID";
    public const string SlurmCount = "SLURM_ARRAY_TASK_COUNT";
    public const string SlurmMin = "SLURM_ARRAY_TASK_MIN";
    public const string SlurmStep = "SLURM_ARRAY_TASK_STEP";
    public const string KubernetesIndex = "JOB_COMPLETION_INDEX";
    public const string KubernetesCount = "JOB_COMPLETIONS";

    /// <summary>Reads a whole number.</summary>
    /// <param name="variable">Returns a variable by its name.</param>
    /// <param name="name">The name.</param>
    /// <param name="least">The least that it may be.</param>
    /// <param name="most">The most.</param>
    /// <param name="otherwise">The number if there is no such variable; <see langword="null"/> if there must be one.</param>
    /// <exception cref="FormatException">It is not such a number.</exception>
    public static int Read(Func<string, string?> variable, string name, int least, int most, int? otherwise = null)
    {
        var text = variable(name);
        if (string.IsNullOrEmpty(text))
            return otherwise ?? throw new FormatException($"found no {name} in the environment; expected the number of shards there, beside {Beside(name)}.");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException(FormattableString.Invariant($"found '{text}' as {name}; expected a whole number from {least} to {most}."));
    }

    private static string Beside(string name) => name == KubernetesCount ? KubernetesIndex : SlurmId;
}
