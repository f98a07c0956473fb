using System.Globalization;
using Ntm.Figures;
using Ntm.Paper.Catalog;
using Ntm.Paper.Draw;
using Ntm.Paper.Draw.Viewer;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Reproduce;

/// <summary>Draws the figures of a task: learning, generalisation, and the memory's use.</summary>
internal static class TaskFigures
{
    private const int Seed = 0;

    /// <param name="task">The task.</param>
    /// <param name="outcomes">What became of its architectures.</param>
    public static IEnumerable<DrawnFigure> Of(TaskEntry task, IReadOnlyList<ArchitectureOutcome> outcomes)
    {
        (Architecture Architecture, Candidate Best)[] best =
            [.. outcomes.Select(o => (o.Architecture, Best: o.Best(task))).Where(o => o.Best is not null).Select(o => (o.Architecture, o.Best!))];
        return [.. Learning(task, outcomes), .. Sizes(task, best), .. Answers(task, best), .. Memory(task, best)];
    }

    /// <summary>The best machine of a task at work, if there is one.</summary>
    /// <param name="task">The task.</param>
    /// <param name="outcomes">What became of its architectures.</param>
    public static ViewerData? ViewerOf(TaskEntry task, IReadOnlyList<ArchitectureOutcome> outcomes)
    {
        if (outcomes.Where(o => o.Architecture != Architecture.Lstm).Select(o => o.Best(task)).OfType<Candidate>().MinBy(c => c.Card, new ModelRanking(task)) is not { } best)
            return null;
        using var trained = TrainedModel.Load(best.Folder.ModelFile);
        return ViewerPage.Of(trained, task.Illustration(new EvaluationRequest()), Seed);
    }

    private static IEnumerable<DrawnFigure> Learning(TaskEntry task, IReadOnlyList<ArchitectureOutcome> outcomes)
    {
        var drawn = outcomes.Select(o => (o.Architecture, Models: o.Trained.Count > 0 ? o.Trained : o.Shipped is { } shipped ? [shipped] : []))
            .Where(o => o.Models.Count > 0).ToList();
        var histories = drawn.Select(o => (SettingsJson.Name(o.Architecture), (IReadOnlyList<IReadOnlyList<Training.TrainingPoint>>)[.. o.Models.Select(m => m.Folder.ReadHistory())]));
        var optimum = drawn.Select(o => o.Models[0].Card.Results[0].MeanOptimalCost).FirstOrDefault(c => c > 0);
        if (LearningCurveFigure.OfArchitectures($"{task.Name}: learning curves", [.. histories], task.Paper.IsLogarithmic, optimum > 0 ? optimum : null) is { } figure)
        {
            yield return Drawn(
                task,
                figure,
                "learning-curves",
                "Learning curves",
                $"Cost while learning; the median of the seeds within their spread. The counterpart of figure {task.Paper.LearningCurve} of the paper.",
                string.Join("; ", drawn.SelectMany(o => o.Models).Select(m => m.Card.Command)));
        }
    }

    private static IEnumerable<DrawnFigure> Sizes(TaskEntry task, (Architecture Architecture, Candidate Best)[] best)
    {
        if (task.Paper.SizeAxis is not { } axis || best.Length == 0)
            yield break;
        var sizes = task.Conditions(new TrainSettings { Task = task.Name }, new EvaluationRequest())
            .Where(c => c.Size is not null).ToDictionary(c => c.Name, c => c.Size!.Value);
        var models = best.Select(b => (SettingsJson.Name(b.Architecture), Results(b.Best.Card))).Where(m => m.Item2.Count > 1).ToList();
        if (models.Count == 0)
            yield break;
        yield return Drawn(
            task,
            SizeFigure.Of($"{task.Name}: beyond the trained range", axis, models),
            "generalisation",
            $"Cost and errors by {axis}",
            task.Paper.SizeFigure is { } number ? $"How the models do beyond what they were trained on. The counterpart of figure {number} of the paper." : "How the models do beyond what they were trained on.",
            string.Join("; ", best.Select(b => $"evaluate {NameOf(b.Best)}")));

        IReadOnlyList<(int Size, EvaluationResult Result)> Results(ModelCard card) =>
            [.. card.Results.Where(r => sizes.ContainsKey(r.Name)).Select(r => (sizes[r.Name], r)).OrderBy(r => r.Item1)];
    }

    private static IEnumerable<DrawnFigure> Answers(TaskEntry task, (Architecture Architecture, Candidate Best)[] best)
    {
        // The better one of the two machines, and the network that it is compared with.
        foreach (var group in best.GroupBy(b => b.Architecture == Architecture.Lstm))
        {
            var (architecture, candidate) = group.MinBy(b => b.Best.Card, new ModelRanking(task));
            using var trained = TrainedModel.Load(candidate.Folder.ModelFile);
            foreach (var answers in task.Paper.Answers)
            {
                var name = SettingsJson.Name(architecture);
                yield return Drawn(
                    task,
                    AnswersFigure.Of(name, trained, answers.Requests, Seed),
                    $"{answers.Name}-{name}",
                    $"Answers of {name}, {answers.Title}",
                    $"Targets and outputs of {name} on held-out sequences: the counterpart of {answers.Counterpart}.",
                    $"draw {NameOf(candidate)} {Options(answers.Requests[^1])} --out figures");
            }
        }
    }

    private static IEnumerable<DrawnFigure> Memory(TaskEntry task, (Architecture Architecture, Candidate Best)[] best)
    {
        var machines = best.Where(b => b.Architecture != Architecture.Lstm).ToList();
        if (machines.Count == 0)
            yield break;
        var (architecture, candidate) = machines.MinBy(b => b.Best.Card, new ModelRanking(task));
        using var trained = TrainedModel.Load(candidate.Folder.ModelFile);
        foreach (var (name, figure) in SequenceFigures.Of(trained, new EvaluationRequest(), Seed))
        {
            var (title, caption) = FigureCaptions.Of(name, task);
            yield return Drawn(task, figure, name, title, $"{caption} The model is {SettingsJson.Name(architecture)}.", $"draw {NameOf(candidate)} --out figures");
        }
    }

    private static DrawnFigure Drawn(TaskEntry task, Figure figure, string name, string title, string caption, string command) =>
        new(figure, new ReportFigure($"figures/{task.Name}-{name}", title, caption, command));

    /// <summary>Returns the name of a model on the command line: that of a shipped model, or its folder and the command that trains it.</summary>
    private static string NameOf(Candidate candidate) =>
        ShellWord.Path(candidate.IsShipped ? Path.GetFileName(candidate.Folder.Path) : PortablePath.Of(candidate.Folder.Path));

    private static string Options(EvaluationRequest request)
    {
        return string.Join(' ', new[] { Option("--length", request.Length), Option("--repeats", request.Repeats), Option("--items", request.Items) }.OfType<string>());

        static string? Option(string name, int? value) => value is { } number ? string.Create(CultureInfo.InvariantCulture, $"{name} {number}") : null;
    }
}

/// <summary>The captions of the figures that <c>draw</c> draws.</summary>
internal static class FigureCaptions
{
    /// <param name="name">The figure's name.</param>
    /// <param name="task">The task.</param>
    public static (string Title, string Caption) Of(string name, TaskEntry task) => name switch
    {
        "outputs" when task is NGramEntry => ("Predictions, step by step", "The next bit, the model's probability of a one, and the optimal predictor's. The counterpart of figure 14 of the paper."),
        "outputs" => ("Targets and outputs", "One held-out sequence: its targets, and the model's outputs."),
        "memory" => ("The memory's use", $"What the heads do with one held-out sequence: what is written and read, and where. The counterpart of figure {task.Paper.Memory} of the paper."),
        "memory-vectors" => ("Vectors written and read", $"The vectors that each head adds and reads in the same sequence, as in figure {task.Paper.Memory} of the paper."),
        "predictions" => ("Predictions beside the optimum", "The probability of a one and the cost so far, of the model and of the optimal predictor on the same sequence."),
        "write-locations" => ("Where vectors are written", "The location that each head writes a vector to, over the vector's priority, with the linear fit. The counterpart of the left half of figure 17 of the paper."),
        "read-locations" => ("Where the answer is read", "The location that each head reads while the answer comes out, as in figure 17 of the paper."),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "This figure has no caption."),
    };
}

/// <summary>A figure as drawn, on its way into a report.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Described">What the report says of it.</param>
internal sealed record DrawnFigure(Figure Figure, ReportFigure Described)
{
    /// <summary>Writes it as PNG and as SVG.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string folder)
    {
        var path = Path.Combine(folder, Described.File);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Figure.SavePng($"{path}.png");
        Figure.SaveSvg($"{path}.svg");
    }
}
