using Ntm.Core;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Train;

/// <summary>The search that follows a training: the library's <see cref="BranchSearch"/> with the training's settings, in its folder, told on the terminal.</summary>
/// <param name="settings">The settings of the training.</param>
/// <param name="folder">Its folder.</param>
/// <param name="terminal">Where progress is shown.</param>
internal sealed class BranchTraining(TrainSettings settings, RunFolder folder, Terminal terminal) : IBranchSearchObserver
{
    private readonly GoalEvaluation _goals = BranchGoals.Of(settings);
    private TrainingReporter? _settling;

    /// <summary>The options of the search that settings ask for.</summary>
    public static BranchSearchOptions OptionsOf(TrainSettings settings)
    {
        var options = new BranchSearchOptions { StopWhenSolved = settings.Until == Until.Solved, MeasuringSeed = ModelCardMaker.SelectionSeed + 1 };
        SharedProperties<TrainSettings, BranchSearchOptions>.Copy(settings, options);
        return options;
    }

    /// <summary>Makes the search.</summary>
    /// <param name="model">The model; stays the caller's.</param>
    /// <param name="task">Its task, with the training range.</param>
    public BranchSearch Create(PaperModel model, SequenceTask task) =>
        new(model.Sequences, task, TrainerOptions.Of(settings), OptionsOf(settings), _goals.Measure, folder.Branches, new ModelFiles(model, settings));

    public void OnStart(BranchSearchProgress progress) =>
        terminal.Line(Invariant($"Branches: {settings.Generations:N0} generations of {settings.Branches:N0}, each on {settings.BranchSequences:N0} sequences; {progress.Generations.Count:N0} are done. Before them: {Words(progress.Before)}."));

    public void OnGeneration(BranchSearchProgress progress)
    {
        var (done, last) = (progress.Generations.Count, progress.Generations[^1]);
        var left = TimeSpan.FromSeconds(progress.Seconds / done * (settings.Generations - done));
        terminal.Live(Invariant($"Generation {done} of {settings.Generations} | branch {last.Branch + 1}, {Words(last.Measured)} | best {Words(progress.Best)} | at most {TrainingReporter.Duration(left)} left"), keep: true);
    }

    public void OnSettling(BranchSearchProgress progress)
    {
        terminal.Line(Invariant($"Settling on {settings.SettleSequences:N0} sequences, {settings.SettleBatch:N0} at once."));
        _settling = new TrainingReporter(terminal, LossUnits.Of(settings));
    }

    public void OnSettlingProgress(TrainingProgress progress) => _settling!.Report(progress);

    public void OnSettled(BranchSearchProgress progress) =>
        terminal.Line($"Settled: {Words(progress.Settled!.Measured)}; before that, {Words(progress.Best)}. The better is kept.");

    private static string Words(GoalScore score) => Invariant($"goals missed {score.MissedGoals}, distance {(score.Distance < double.MaxValue ? TrainingReporter.Number(score.Distance) : "not finite")}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>Model files of the program, which its other commands can load.</summary>
    private sealed class ModelFiles(PaperModel model, TrainSettings settings) : IBranchModelFile
    {
        public void Save(ISequenceModel sequences, string path, IReadOnlyDictionary<string, string> metadata) =>
            model.Save(path, metadata.Count > 0 ? metadata : new Dictionary<string, string> { [RunFolder.SettingsKey] = SettingsJson.Write(settings) });

        public ModelSnapshot Load(ISequenceModel sequences, string path)
        {
            using var saved = PaperModel.Load(path);
            var (found, expected) = (Shapes(saved.Sequences), Shapes(sequences));
            return found.SequenceEqual(expected)
                ? ModelSnapshot.Of(saved.Sequences)
                : throw new InvalidDataException($"{path}: found {found.Except(expected).FirstOrDefault() ?? "nothing"}; expected the weights of the model that is trained, {expected.Except(found).FirstOrDefault() ?? "nothing else"}.");
        }

        private static string[] Shapes(ISequenceModel model) => [.. model.named_parameters().Select(p => $"{p.name} [{string.Join(", ", p.parameter.shape)}]")];
    }
}
