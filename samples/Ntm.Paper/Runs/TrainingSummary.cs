using System.Text.Json.Serialization;
using Ntm.Paper.Output;
using Ntm.Paper.OwnData;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Runs;

/// <summary>The result of a training, which <c>train --json</c> prints and its folder keeps as <c>result.json</c>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Architecture">The architecture, as on the command line.</param>
/// <param name="Engine">What computed it.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Solved">Whether the held-out sequences reach the task's goal.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="SequencesSeen">Sequences trained on.</param>
/// <param name="Seconds">Seconds of training alone.</param>
/// <param name="CostBits">Cost on held-out sequences; unknown of a training that was interrupted.</param>
/// <param name="ExcessCostBits">The cost above the optimum.</param>
/// <param name="WrongBits">Wrong bits per sequence.</param>
/// <param name="Model">The model's file.</param>
/// <param name="GoalCostBits">The cost above the optimum up to which the task counts as solved; unknown where nothing was measured.</param>
/// <param name="GoalWrongBits">The wrong bits per sequence up to which the task counts as solved; unknown where only the cost counts.</param>
/// <param name="NextSteps">What to try next where the task is not solved: a reason and a command each.</param>
internal sealed record TrainingSummary(
    string Task, string Architecture, string Engine, int Seed, bool Solved, string Outcome, long SequencesSeen, double Seconds, double? CostBits,
    double? ExcessCostBits, double? WrongBits, string Model, double? GoalCostBits = null, double? GoalWrongBits = null, IReadOnlyList<NextStep>? NextSteps = null)
{
    /// <summary>The metrics of a training on the user's data.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DataMetrics? Metrics { get; init; }

    /// <summary>Whether it was interrupted and can resume.</summary>
    [JsonIgnore]
    public bool IsInterrupted => Outcome == OutcomeName(TrainingOutcome.Cancelled);

    public static string OutcomeName(TrainingOutcome outcome) => outcome.ToString().ToLowerInvariant();

    /// <param name="output">What the training printed; the summary is its last line.</param>
    /// <param name="folder">Its folder, for messages.</param>
    /// <exception cref="InvalidDataException">The output does not end with a summary.</exception>
    public static TrainingSummary Parse(string output, RunFolder folder) =>
        RecordFile.Parse<TrainingSummary>(output.TrimEnd().Split('\n')[^1], $"{folder.Path}: the training's result");

    /// <summary>The summary of a training that has ended, or <see langword="null"/> if there is none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static TrainingSummary? Read(RunFolder folder) => RecordFile.Read<TrainingSummary>(folder.ResultFile);

    /// <summary>Writes it into the training's folder. The model is beside it: the path of the folder on this machine is left out,
    /// so that what to try next, which names it, is only printed.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(RunFolder folder) => RecordFile.Write(folder.ResultFile, this with { Model = Path.GetFileName(Model), NextSteps = null });
}
