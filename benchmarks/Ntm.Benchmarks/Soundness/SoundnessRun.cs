using System.Diagnostics;
using System.Text.Json.Nodes;
using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using Ntm.Tasks;
using Ntm.Training;
using static TorchSharp.torch;

namespace Ntm.Benchmarks.Soundness;

/// <summary>One training with the program's default settings.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Architecture">The architecture's name in the program.</param>
/// <param name="Seed">Seed of weights and data.</param>
/// <param name="Start">Name of the start values.</param>
/// <param name="Sequences">The number of sequences to train on.</param>
internal sealed record SoundnessRun(string Task, string Architecture, int Seed, string Start, long Sequences)
{
    /// <summary>Trains, and checks for values that are not finite: every loss and gradient, and afterwards all parameters, logits and states.</summary>
    public SoundnessResult Execute()
    {
        var settings = SettingsResolver.Resolve(Task, null, new JsonObject { ["architecture"] = Architecture, ["seed"] = Seed, ["threads"] = 1 });
        var task = TaskCatalog.Find(Task).Create(settings);
        using var model = ModelFactory.Create(settings, task);
        var machine = (NeuralTuringMachine)model.Sequences;
        StartValues.Adversarial.Append(StartValues.Usual).Single(s => s.Name == Start).Apply(machine);

        var options = TrainerOptions.Of(settings);
        (options.EvaluationInterval, options.StopWhenSolved, options.CollapseShare) = (0, false, null);
        (options.OnDivergence, options.ReportInterval) = (DivergencePolicy.Stop, Math.Min(Sequences, 1_000));
        using var enough = new CancellationTokenSource();
        var (seen, cost) = (0L, double.NaN);
        var progress = new Synchronous(p =>
        {
            (seen, cost) = (p.Point.Sequences, p.Point.MeanCost);
            if (seen >= Sequences)
                enough.Cancel();
        });
        var clock = Stopwatch.StartNew();
        string? fault = null;
        try
        {
            seen = new Trainer(machine, task, options).Train(progress, enough.Token).SequencesSeen;
        }
        catch (TrainingDivergedException e)
        {
            (seen, fault) = (e.Sequence, e.Message);
        }

        return new SoundnessResult(this, seen, fault ?? NonFinite(machine, task, settings.Seed), cost, clock.Elapsed.TotalSeconds);
    }

    private static string? NonFinite(NeuralTuringMachine machine, SequenceTask task, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var buffer = new BatchBuffer(task);
        buffer.Fill(SequenceSeeds.HeldOut(seed), 0, 4);
        var (logits, state) = machine.forward(buffer.ToTensors().Inputs);
        (string Name, Tensor Values)[] all =
        [
            .. machine.named_parameters().Select(p => (p.name, (Tensor)p.parameter)),
            ("logits", logits),
            .. state.Controller.Select((t, i) => ($"controller state {i}", t)),
            ("memory", state.Memory), ("reads", state.Reads), ("read weightings", state.ReadWeightings), ("write weightings", state.WriteWeightings),
        ];
        return all.FirstOrDefault(t => !t.Values.isfinite().all().item<bool>()).Name is { } name ? $"{name} after the training is not finite" : null;
    }

    private sealed class Synchronous(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
