using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ntm.Benchmarks.Soundness;

/// <summary>
/// Trains every task with both architectures and a hundred seeds, from usual and from adversarial start values, and counts the trainings in
/// which a value is not finite. Each result is a line of a file, from which an interrupted report resumes.
/// </summary>
internal static class SoundnessReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The number of sequences of each seed. It is largest where the loss surface is steepest: NaN occurred in the trainings of repeat
    /// copy.</summary>
    private static readonly (string Task, string Architecture, long Sequences)[] Combinations =
    [
        ("copy", "ntm-lstm", 15_000),
        ("copy", "ntm-ff", 15_000),
        ("repeat-copy", "ntm-lstm", 50_000),
        ("repeat-copy", "ntm-ff", 50_000),
        ("associative-recall", "ntm-lstm", 8_000),
        ("associative-recall", "ntm-ff", 4_000),
        ("ngram", "ntm-lstm", 1_500),
        ("ngram", "ntm-ff", 3_000),
        ("priority-sort", "ntm-lstm", 1_500),
        ("priority-sort", "ntm-ff", 700),
    ];

    /// <param name="file">The file.</param>
    /// <param name="first">The first seed.</param>
    /// <param name="last">The last one.</param>
    public static void Print(string file, int first, int last)
    {
        var done = Read(file);
        foreach (var run in Runs(first, last).Except(done.Select(r => r.Run)))
        {
            var result = run.Execute();
            done.Add(result);
            File.AppendAllText(file, $"{JsonSerializer.Serialize(result, Json)}\n");
            if (result.Fault is { } fault)
                Console.Error.WriteLine($"{run}: {fault}");
        }

        Table("Task, architecture", done, r => $"{r.Run.Task}, {r.Run.Architecture}");
        Table("Start values", done, r => r.Run.Start);
        foreach (var result in done.Where(r => r.Fault is not null))
            Console.WriteLine($"- {result.Run}: {result.Fault}");
    }

    /// <summary>Returns all trainings, one seed after the other, so that an interrupted report has trainings of every kind.</summary>
    private static IEnumerable<SoundnessRun> Runs(int first, int last)
    {
        for (var seed = first; seed <= last; seed++)
        {
            var adversarial = StartValues.Adversarial[seed % StartValues.Adversarial.Count].Name;
            foreach (var (task, architecture, sequences) in Combinations)
            {
                yield return new SoundnessRun(task, architecture, seed, StartValues.Usual.Name, sequences);
                yield return new SoundnessRun(task, architecture, seed, adversarial, 500);
            }
        }
    }

    private static void Table(string title, IEnumerable<SoundnessResult> results, Func<SoundnessResult, string> kind)
    {
        Console.WriteLine($"| {title} | Trainings | Seeds | Sequences | Not finite |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (var group in results.GroupBy(kind).Append(results.GroupBy(_ => "All").Single()))
            Console.WriteLine(FormattableString.Invariant($"| {group.Key} | {group.Count():N0} | {group.Select(r => r.Run.Seed).Distinct().Count()} | {group.Sum(r => r.Seen):N0} | {group.Count(r => r.Fault is not null)} |"));
        Console.WriteLine();
    }

    private static List<SoundnessResult> Read(string file) =>
        File.Exists(file) ? [.. File.ReadLines(file).Select(line => JsonSerializer.Deserialize<SoundnessResult>(line, Json)!)] : [];
}
