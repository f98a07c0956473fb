using System.Text;
using Ntm.Core.Serialization;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Sweeps;

/// <summary>
/// The folder of a sweep, which several programs may share: the definition, a folder for each training, a file beside it if it failed, and which combinations
/// each rung has. Every file is written atomically; what is done follows from the files alone.
/// </summary>
/// <param name="path">The folder.</param>
internal sealed class SweepFolder(string path)
{
    private const string DefinitionName = "definition.json";

    public string Path => path;

    public string DefinitionFile => System.IO.Path.Combine(path, DefinitionName);

    /// <summary>Whether a folder is that of a sweep.</summary>
    public static bool Is(string path) => File.Exists(new SweepFolder(path).DefinitionFile);

    public RunFolder Of(SweepTraining training) => new(System.IO.Path.Combine(path, training.Name));

    /// <summary>Refuses a folder that holds something else. Nothing is changed.</summary>
    /// <exception cref="UsageException">It holds another sweep or a training.</exception>
    public void ThrowIfOfAnother(SweepDefinition definition)
    {
        var run = new RunFolder(path);
        if (File.Exists(DefinitionFile))
        {
            if (Definition().Text() != definition.Text())
                throw new UsageException($"{path} holds another sweep, which {DefinitionFile} has; expected the same one, or another --out.");
        }
        else if (File.Exists(run.SeedsFile))
        {
            throw new UsageException($"{path} holds a sweep over seeds of 'train --seeds'; expected another --out.");
        }
        else if (run.Holdings() is { } holdings)
        {
            throw new UsageException($"{path} holds {holdings.What}, with which a sweep does not mix; expected another --out.");
        }
    }

    /// <summary>The sweep of the folder.</summary>
    /// <exception cref="UsageException">The file is missing or damaged.</exception>
    public SweepDefinition Definition() => SweepDefinition.Read(DefinitionFile);

    /// <summary>Makes the folder that of a sweep, if no other program has yet.</summary>
    /// <exception cref="UsageException">It is that of another one.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Claim(SweepDefinition definition)
    {
        Directory.CreateDirectory(path);
        Locked(() =>
        {
            ThrowIfOfAnother(definition);
            AtomicFile.DeleteLeftovers(path);
            if (!File.Exists(DefinitionFile))
                Write(DefinitionFile, definition.Text());
        });
    }

    /// <summary>Whether the folder's file system locks files against other programs of this machine: without it two programs could run the same training.</summary>
    public bool CanLock()
    {
        using var held = FolderLock.TakePatiently(path);
        return FolderLock.IsTaken(path);
    }

    /// <summary>Why a training failed when it was last run; <see langword="null"/> if it did not.</summary>
    public string? Failure(SweepTraining training)
    {
        try
        {
            return RecordFile.Read<TrainingFailure>(FailureFile(training))?.Reason;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }

    /// <summary>Keeps the reason of a failure for other programs, without the place of the folder on this machine.</summary>
    public void WriteFailure(SweepTraining training, string reason)
    {
        var file = FailureFile(training);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        RecordFile.Write(file, new TrainingFailure(reason.Replace(System.IO.Path.TrimEndingDirectorySeparator(path) + System.IO.Path.DirectorySeparatorChar, "", StringComparison.Ordinal)));
    }

    public void DeleteFailure(SweepTraining training)
    {
        if (File.Exists(FailureFile(training)))
            File.Delete(FailureFile(training));
    }

    /// <summary>The combinations of a rung; <see langword="null"/> if the rung before it is not complete.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public IReadOnlyList<int>? Rung(int rung, SweepPlan plan)
    {
        if (rung == 0)
            return [.. Enumerable.Range(0, plan.Combinations.Count)];
        var record = RecordFile.Read<RungRecord>(RungFile(rung));
        return record is null || record.Combinations.All(number => number >= 0 && number < plan.Combinations.Count)
            ? record?.Combinations
            : throw new InvalidDataException($"{RungFile(rung)}: found combination {record.Combinations.First(number => number < 0 || number >= plan.Combinations.Count)}; expected 0 to {plan.Combinations.Count - 1}.");
    }

    /// <summary>Decides the combinations of a rung, unless another program has: all shards have the same.</summary>
    public void WriteRung(int rung, IReadOnlyList<int> combinations) => Locked(() =>
    {
        if (!File.Exists(RungFile(rung)))
            RecordFile.Write(RungFile(rung), new RungRecord([.. combinations]));
    });

    private string FailureFile(SweepTraining training) => System.IO.Path.Combine(path, $"{training.Name}.failure.json");

    private string RungFile(int rung) => System.IO.Path.Combine(path, FormattableString.Invariant($"rung-{rung + 1}.json"));

    private static void Write(string file, string text) => AtomicFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private void Locked(Action action)
    {
        using var held = FolderLock.TakePatiently(path);
        action();
    }

    private sealed record TrainingFailure(string Reason);

    private sealed record RungRecord(int[] Combinations);
}
