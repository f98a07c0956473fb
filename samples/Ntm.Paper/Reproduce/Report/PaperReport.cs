using System.Text.Json;
using System.Text.Json.Serialization;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Reproduce;

/// <summary>Everything that a report says, apart from how it looks: page and Markdown are made from this alone.</summary>
/// <param name="Budget">The budget's name.</param>
/// <param name="BudgetSummary">What the budget is.</param>
/// <param name="Machine">What computed it.</param>
/// <param name="EvaluationSequences">Held-out sequences of each measurement.</param>
/// <param name="Tasks">Task by task.</param>
internal sealed record PaperReport(string Budget, string BudgetSummary, string Machine, int EvaluationSequences, IReadOnlyList<TaskReport> Tasks)
{
    /// <summary>Seconds of training behind all of it.</summary>
    public double TrainingSeconds => Tasks.SelectMany(t => t.Architectures).Sum(a => a.TrainingSeconds);
}

/// <summary>One task.</summary>
/// <param name="Name">The task's name on the command line.</param>
/// <param name="Summary">What it asks for.</param>
/// <param name="Architectures">The architectures.</param>
/// <param name="Comparisons">Paper, public models, goal, ours.</param>
/// <param name="Findings">What was tried on it besides.</param>
/// <param name="Figures">The figures, in their order.</param>
internal sealed record TaskReport(
    string Name, string Summary, IReadOnlyList<ArchitectureReport> Architectures, IReadOnlyList<ComparisonRow> Comparisons,
    IReadOnlyList<Finding> Findings, IReadOnlyList<ReportFigure> Figures);

/// <summary>One architecture on one task: the model shown, and how all seeds came out.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Model">The model shown; <see langword="null"/> if there is none.</param>
/// <param name="Seeds">The trainings of this report; <see langword="null"/> if there was none.</param>
/// <param name="Further">Its trainings besides those of the seeds.</param>
/// <param name="Failures">Trainings that gave no model.</param>
internal sealed record ArchitectureReport(string Name, ModelReport? Model, SeedsReport? Seeds, IReadOnlyList<TrainingReport> Further, IReadOnlyList<string> Failures)
{
    /// <summary>Every training of this report.</summary>
    [JsonIgnore]
    public IEnumerable<TrainingReport> Trainings => (Seeds?.Trainings ?? []).Concat(Further);

    /// <summary>Seconds of training behind it.</summary>
    public double TrainingSeconds => Trainings.Sum(t => t.Seconds) + (Model is { IsShipped: true } shipped ? shipped.Seconds : 0);
}

/// <summary>A model that a report shows.</summary>
/// <param name="IsShipped">Whether it came with the program instead of being trained for the report.</param>
/// <param name="Command">The command that trained it.</param>
/// <param name="Seed">The seed of its training.</param>
/// <param name="SequencesSeen">Sequences it was trained on.</param>
/// <param name="Seconds">Seconds of its training.</param>
/// <param name="Parameters">Its trained numbers.</param>
/// <param name="Results">What it was measured at.</param>
internal sealed record ModelReport(
    bool IsShipped, string Command, int Seed, long SequencesSeen, double Seconds, long Parameters, IReadOnlyList<EvaluationResult> Results);

/// <summary>How the trainings with several seeds came out, in the training range.</summary>
/// <param name="Trainings">Each of them.</param>
/// <param name="Cost">Cost in bits, above the optimum.</param>
/// <param name="WrongBits">Wrong bits per sequence.</param>
/// <param name="Sequences">Sequences trained on.</param>
/// <param name="Seconds">Seconds of training.</param>
/// <param name="Conditions">How they came out in each condition; <see langword="null"/> in a report that was written without.</param>
internal sealed record SeedsReport(
    IReadOnlyList<TrainingReport> Trainings, Spread Cost, Spread WrongBits, Spread Sequences, Spread Seconds, IReadOnlyList<ConditionReport>? Conditions = null)
{
    /// <summary>How many reach the task's goal.</summary>
    [JsonIgnore]
    public Proportion Solved => new(Trainings.Count(t => t.IsSolved), Trainings.Count);
}

/// <summary>How the trainings with several seeds came out in one condition, in or beyond the training range.</summary>
/// <param name="Name">The condition.</param>
/// <param name="Cost">Cost in bits, above the optimum.</param>
/// <param name="WrongBits">Wrong bits per sequence.</param>
/// <param name="WithoutError">How many of them make no error at all.</param>
internal sealed record ConditionReport(string Name, Spread Cost, Spread WrongBits, int WithoutError);

/// <summary>How one training came out, in the training range.</summary>
/// <param name="Command">Its command.</param>
/// <param name="SequencesSeen">Sequences trained on.</param>
/// <param name="Seconds">Seconds of training.</param>
/// <param name="ExcessCostBits">Cost in bits, above the optimum.</param>
/// <param name="WrongBits">Wrong bits per sequence.</param>
/// <param name="IsSolved">Whether it reaches the task's goal.</param>
internal sealed record TrainingReport(string Command, long SequencesSeen, double Seconds, double ExcessCostBits, double WrongBits, bool IsSolved);

/// <summary>A line of the table that compares.</summary>
/// <param name="Condition">What was measured.</param>
/// <param name="Measure">In which number.</param>
/// <param name="Paper">What the paper reports.</param>
/// <param name="PublicModels">What public models give.</param>
/// <param name="Goal">What ours has to be; empty if there is no goal.</param>
/// <param name="Ours">The number of each architecture's model, in the order of the architectures.</param>
/// <param name="Best">The best of ours.</param>
/// <param name="IsReached">Whether that reaches the goal; <see langword="null"/> if there is none.</param>
internal sealed record ComparisonRow(
    string Condition, string Measure, string Paper, string PublicModels, string Goal, IReadOnlyList<double?> Ours, double? Best, bool? IsReached);

/// <summary>A figure.</summary>
/// <param name="File">Its file in the report's folder, without extension.</param>
/// <param name="Title">A short title.</param>
/// <param name="Caption">What it shows, and of which figure of the paper it is the counterpart.</param>
/// <param name="Command">The command that draws it, or that trained what it shows.</param>
internal sealed record ReportFigure(string File, string Title, string Caption, string Command);

/// <summary>Something that was tried on a task beyond what a report trains: what helps and what does not. <c>findings.json</c> has them.</summary>
/// <param name="Title">What was asked.</param>
/// <param name="Text">What came out, and how it was measured.</param>
/// <param name="Columns">The heads of its table; none if there is no table.</param>
/// <param name="Rows">Its rows.</param>
internal sealed record Finding(string Title, string Text, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>The findings on a task, in the order of the file.</summary>
    public static IReadOnlyList<Finding> Of(string task) =>
        SettingsJson.ReadResource("findings.json")[task]?.Deserialize<Finding[]>(SettingsJson.Options) ?? [];
}
