using System.Globalization;

namespace Ntm.Training;

/// <summary>
/// One of several programs that run a sweep together, such as the tasks of a job array. A shard prefers its own share of the trials, those whose number is
/// its index modulo the count, and then takes up what the others have left. No shard needs to know whether another one runs: the trials themselves say what is
/// done and what is running (see <see cref="ITrial{TResult}.FindResult"/>).
/// </summary>
public sealed class Shard
{
    /// <summary>The most shards.</summary>
    public const int MaxCount = 1_000_000;

    /// <summary>Creates a shard.</summary>
    /// <param name="index">Its index, from 0.</param>
    /// <param name="count">The number of shards; 1 to <see cref="MaxCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is out of its range, or the index is not from 0 to the count less 1.</exception>
    public Shard(int index, int count)
    {
        if (count is < 1 or > MaxCount)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"expected 1 to {MaxCount} shards.");
        if (index < 0 || index >= count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"expected 0 to {count - 1}, for there are {count} shards.");
        (Index, Count) = (index, count);
    }

    /// <summary>The only shard of a sweep that one program runs alone.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>Its index, from 0.</summary>
    public int Index { get; }

    /// <summary>The number of shards.</summary>
    public int Count { get; }

    /// <summary>Reads a shard as people write it, counting from 1: <c>1/8</c> is the first of eight.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is not such a text; the message has it, and what was expected.</exception>
    public static Shard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var number, var count] && Whole32(number, out var n) && Whole32(count, out var all) && n >= 1 && n <= all && all <= MaxCount
            ? new Shard(n - 1, all)
            : throw new FormatException($"found '{text}'; expected a number and a count, from 1/1 to {MaxCount}/{MaxCount}, such as 1/8 for the first of eight.");
    }

    /// <summary>
    /// The shard that a scheduler has given this process: by Slurm in a job array (<c>SLURM_ARRAY_TASK_ID</c>, <c>_COUNT</c>, <c>_MIN</c>, <c>_STEP</c>), or by
    /// Kubernetes in an indexed job (<c>JOB_COMPLETION_INDEX</c>), which does not pass on the number of its pods: the job sets it as <c>JOB_COMPLETIONS</c>.
    /// </summary>
    /// <remarks>The tasks of an array may have gaps: a number beyond the count is taken modulo the count, since a share is only a preference.</remarks>
    /// <param name="variable">Returns a variable of the environment by its name; by default that of this process.</param>
    /// <returns>The shard; <see langword="null"/> outside of such jobs.</returns>
    /// <exception cref="FormatException">A variable is missing or is not a number; the message has its name and what was expected.</exception>
    public static Shard? FromEnvironment(Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        if (variable(ShardVariables.SlurmId) is { Length: > 0 })
        {
            var count = ShardVariables.Read(variable, ShardVariables.SlurmCount, 1, MaxCount);
            var least = ShardVariables.Read(variable, ShardVariables.SlurmMin, 0, int.MaxValue, 0);
            var step = ShardVariables.Read(variable, ShardVariables.SlurmStep, 1, int.MaxValue, 1);
            var id = ShardVariables.Read(variable, ShardVariables.SlurmId, least, int.MaxValue);
            return new Shard((id - least) / step % count, count);
        }

        if (variable(ShardVariables.KubernetesIndex) is { Length: > 0 })
        {
            var count = ShardVariables.Read(variable, ShardVariables.KubernetesCount, 1, MaxCount);
            return new Shard(ShardVariables.Read(variable, ShardVariables.KubernetesIndex, 0, count - 1), count);
        }

        return null;
    }

    /// <summary>Whether a trial is of this shard's share.</summary>
    /// <param name="trial">The trial's number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="trial"/> is negative.</exception>
    public bool Owns(int trial)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trial);
        return trial % Count == Index;
    }

    /// <summary>The order in which this shard takes trials: its own share, then that of the next shard, and so on, so that shards that have finished their
    /// own do not all take up the same ones.</summary>
    /// <param name="trials">The number of trials; at least 0.</param>
    /// <returns>The numbers of all trials.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="trials"/> is negative.</exception>
    public IReadOnlyList<int> Order(int trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        return [.. Enumerable.Range(0, trials).OrderBy(trial => ((trial % Count) - Index + Count) % Count)];
    }

    /// <summary>The shard as people write it, counting from 1.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index + 1}/{Count}");

    private static bool Whole32(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
