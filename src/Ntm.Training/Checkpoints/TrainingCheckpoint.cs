using System.Globalization;
using System.Runtime.InteropServices;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Tasks;
using Ntm.Training.Checkpoints;
using Ntm.Training.Optimizers;

namespace Ntm.Training;

/// <summary>A saved training state, from which <see cref="Trainer.Resume"/> continues.</summary>
public sealed class TrainingCheckpoint
{
    private readonly SafeTensorsFile _file;

    internal TrainingCheckpoint(
        string path, SafeTensorsFile file, SavedLoss loss, TrainingState state, SavedOptions options,
        IReadOnlyList<TrainingPoint> history, IReadOnlyList<EvaluationPoint> evaluations, IReadOnlyDictionary<string, string> metadata)
    {
        (Path, _file, SavedLoss, State, Options) = (path, file, loss, state, options);
        (History, Evaluations, Metadata) = (history, evaluations, metadata);
    }

    /// <summary>The path of the checkpoint.</summary>
    public string Path { get; }

    /// <summary>The loss of the training, and of the scores of its evaluations.</summary>
    public LossKind Loss => SavedLoss.Kind;

    /// <summary>The number of sequences trained on.</summary>
    public long SequencesSeen => State.Seen;

    /// <summary>How the training ended; <see langword="null"/> if it had not ended.</summary>
    public TrainingOutcome? Outcome => State.Outcome;

    /// <summary>The learning curve so far.</summary>
    public IReadOnlyList<TrainingPoint> History { get; }

    /// <summary>The evaluations so far.</summary>
    public IReadOnlyList<EvaluationPoint> Evaluations { get; }

    /// <summary>The application metadata from <see cref="CheckpointOptions.Metadata"/>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The names of the training's metrics.</summary>
    public IReadOnlyList<string> Metrics { get; internal init; } = [];

    /// <summary>The training's goals in words.</summary>
    internal IReadOnlyList<string> Goals { get; init; } = [];

    /// <summary>One of torch's optimizers in words; <see langword="null"/> if the options have the optimizer.</summary>
    internal string? TorchOptimizer { get; init; }

    /// <summary>The checksum of the content.</summary>
    internal string Checksum => _file.Metadata[CheckpointChecksum.Key];

    internal SavedLoss SavedLoss { get; }

    internal TrainingState State { get; }

    internal SavedOptions Options { get; }

    /// <summary>Reads a checkpoint and checks all of it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is damaged, is not a checkpoint, or is from a newer version.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TrainingCheckpoint Load(string path) => CheckpointFile.Load(path);

    /// <exception cref="CheckpointException">The checkpoint is of another task, or of a training with other options.</exception>
    internal void ThrowIfOfAnother(SequenceTask task, TrainingOptions options)
    {
        var different = SavedOptions.Of(options).Differences(Options).ToList();
        if (different.Count > 0)
        {
            throw new CheckpointException(
                Path, "options",
                string.Join(", ", different.Select(d => $"{d.Name} {Text(d.There)}")),
                $"{string.Join(", ", different.Select(d => $"{d.Name} {Text(d.Here)}"))}, like the training to resume");
        }

        if (State.Task != task.Name)
            throw new CheckpointException(Path, "task", State.Task, task.Name);
        if (SavedLoss.Of(task) is var loss && loss != SavedLoss)
            throw new CheckpointException(Path, "loss", $"{SavedLoss}", $"{loss}, like the task {task.Name}");
        // Before the first evaluation nothing depends on them.
        if (Evaluations.Count > 0 && !options.Metrics.Select(m => m.Name).SequenceEqual(Metrics))
            throw new CheckpointException(Path, "metrics", Names(Metrics), $"{Names(options.Metrics.Select(m => m.Name))}, like the training to resume");
        if (State.Data != DataFingerprint.Of(task, options.Seed))
            throw new CheckpointException(Path, "data", $"those of a task {task.Name} with other options or data", "the task's own");
        if (State.Seen > options.Sequences)
            throw new CheckpointException(Path, "sequences", $"{State.Seen} trained on", $"at most {options.Sequences}, the option {nameof(options.Sequences)}");
    }

    /// <summary>Sets the weights and the optimizer to their saved values.</summary>
    /// <exception cref="CheckpointException">The values belong to another model; nothing was changed.</exception>
    internal void Restore(ISequenceModel model, FlatOptimizer optimizer, WeightAverage? average)
    {
        List<float[]> state = [.. optimizer.State.Select((present, i) => Flat(CheckpointFile.OptimizerName(i), present.Length))];
        var averaged = average is null ? null : Flat(CheckpointFile.AverageName, average.Count);
        var torch = optimizer.Description is null ? null : CheckpointFile.TorchState(Path, _file);
        ModelWeights.Write(model, _file, Path);
        if (torch is null)
            optimizer.Restore(State.Updates, state);
        else
            optimizer.RestoreSaved(State.Updates, torch);
        if (averaged is not null)
            average!.Restore(averaged);
    }

    private float[] Flat(string name, int length) =>
        _file.TryGetTensor(name, out var saved) && saved.DType == SafeTensorsDType.F32 && saved.Data.Length == sizeof(float) * (long)length
            ? MemoryMarshal.Cast<byte, float>(saved.Data.Span).ToArray()
            : throw new CheckpointException(Path, $"tensor {name}", saved?.ToString() ?? "nothing", $"F32 [{length}], the number of trained values of the model");

    private static string Names(IEnumerable<string> metrics) => string.Join(", ", metrics.Select(m => $"'{m}'")) is { Length: > 0 } text ? text : "none";

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "none";
}
