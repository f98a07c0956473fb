using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Checkpoints;
using static TorchSharp.torch;

namespace Ntm.Training.Distributed;

/// <summary>The settings of a training that must be equal on all ranks, in words. Otherwise they would wait for each other forever, or compute
/// different weights.</summary>
internal static class LaunchSettings
{
    public static IReadOnlyList<(string Name, string Value)> Of(
        ISequenceModel model, IEnumerable<nn.Module> modules, SequenceTask task, TrainingOptions options, string computation, string? torchOptimizer,
        TrainingCheckpoint? checkpoint) =>
    [
        ("version", typeof(Trainer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown"),
        ("processor", Processor),
        ("task", task.Name),
        ("model", model.GetType().Name),
        .. modules.OfType<NtmCell>().SelectMany(cell => typeof(NtmOptions).GetProperties().Select(p => (p.Name, Text(p.GetValue(cell.Options))))),
        ("gradient", computation),
        .. model.named_parameters().Select(p => (p.name, $"[{string.Join(", ", p.parameter.shape)}]")),
        ("loss", $"{SavedLoss.Of(task)}"),
        .. SavedOptions.Of(options).All().Select(o => (o.Name, Text(o.Value))),
        (nameof(options.Sequences), Text(options.Sequences)),
        (nameof(options.RestartAt), Text(options.RestartAt)),
        (nameof(options.RestartRate), Text(options.RestartRate)),
        (nameof(options.ReportInterval), Text(options.ReportInterval)),
        (nameof(options.EvaluationInterval), Text(options.EvaluationInterval)),
        (nameof(options.EvaluationSequences), Text(options.EvaluationSequences)),
        (nameof(options.SolvedEvaluations), Text(options.SolvedEvaluations)),
        (nameof(options.StopWhenSolved), Text(options.StopWhenSolved)),
        (nameof(options.CollapseShare), Text(options.CollapseShare)),
        (nameof(options.OnDivergence), Text(options.OnDivergence)),
        (nameof(options.MaxRollbacks), Text(options.MaxRollbacks)),
        (nameof(options.RollbackRate), Text(options.RollbackRate)),
        (nameof(options.Checkpoints), options.Checkpoints is null ? "none" : "some"),
        (nameof(options.Scheduler), options.Scheduler is null ? "none" : "some"),
        (nameof(options.TorchOptimizer), torchOptimizer ?? "none"),
        (nameof(options.Metrics), $"[{string.Join(", ", options.Metrics.Select(m => m.Name))}]"),
        (nameof(options.Goals), $"[{string.Join(", ", CheckpointFile.GoalsOf(options))}]"),
        ("data", DataFingerprint.Of(task, options.Seed)),
        // Some of torch's sums depend on its threads.
        ("torch threads", options.MicroBatchSize is null ? "any" : Text(get_num_threads())),
        ("checkpoint", checkpoint?.Checksum ?? "none"),
    ];

    /// <summary>The processor's kind and vectors: sums in vectors of other lengths differ in the last bits.</summary>
    private static string Processor
    {
        get
        {
            var vectors = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
            return $"{RuntimeInformation.ProcessArchitecture} with vectors of {vectors} bits{(Fma.IsSupported ? " and FMA" : "")}";
        }
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "none";
}
