using System.Globalization;
using System.Net;
using System.Text.Json;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.OwnData;
using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Draw.Viewer;

/// <summary>A page that shows a model's sequences step by step and needs nothing beside it: <c>draw MODEL --html FILE</c>.</summary>
internal static class ViewerPage
{
    public const string Explanation = "Held-out sequences, step by step: time runs to the right, and the marked column is the step that is shown. A click on a panel goes to a step; with the viewer in focus, the arrow keys move by a step, and the space bar plays.";

    /// <summary>Longer sequences are left out unless they are requested: columns become narrower than a pixel.</summary>
    private const int MostSteps = 260;

    /// <summary>The number of sequences where there is one condition.</summary>
    private const int OfOneCondition = 3;

    /// <summary>The data of the viewer: some held-out sequences of the model's task.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="request">The condition that is requested; none for one sequence of each condition of the task.</param>
    /// <param name="seed">The seed of the held-out sequences.</param>
    /// <exception cref="UsageException">A sequence is too long.</exception>
    /// <exception cref="InvalidDataException">The model's outputs are not numbers.</exception>
    public static ViewerData Of(TrainedModel trained, EvaluationRequest request, int seed)
    {
        var entry = TaskCatalog.Find(trained.Settings.Task);
        var shown = SequenceFigures.ConditionOf(trained, request);
        IEnumerable<TaskCondition> others = request == new EvaluationRequest() ? entry.Conditions(trained.Settings, request) : [];
        TaskCondition[] conditions = [shown, .. others.Where(c => c.Name != shown.Name && c.Steps <= MostSteps)];
        var sequences = from condition in conditions
                        from number in Enumerable.Range(0, conditions.Length == 1 ? OfOneCondition : 1)
                        select Viewed(condition, number);
        return new ViewerData($"{entry.Name}, {SettingsJson.Name(trained.Settings.Architecture)}", Predictions.Words(shown.Task.Loss), [.. sequences]);

        ViewedSequence Viewed(TaskCondition condition, int number)
        {
            using var batch = condition.Task.Batch(SequenceSeeds.HeldOut(seed), number, 1);
            var name = conditions.Length == 1 ? string.Create(CultureInfo.InvariantCulture, $"{condition.Name}, sequence {number + 1}") : condition.Name;
            return ViewedModel.Of(name, trained.Path, trained.Paper, condition.Task, batch);
        }
    }

    /// <summary>The data of the viewer: a sequence of a file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The file's sequences, as the test part.</param>
    /// <param name="file">The file.</param>
    /// <param name="sequence">The number of the sequence.</param>
    /// <exception cref="UsageException">There is no such sequence, or it is too long.</exception>
    /// <exception cref="InvalidDataException">The sequence cannot be read, or the model's outputs are not numbers.</exception>
    public static ViewerData Of(DataModel model, DataTask task, string file, int sequence)
    {
        var (name, batch) = SequenceFigures.SequenceOf(task, file, sequence);
        using (batch)
            return new ViewerData(Path.GetFileName(model.Path), Predictions.Words(task.Loss), [ViewedModel.Of(name, model.Path, model.Paper, task, batch)]);
    }

    /// <summary>The page.</summary>
    /// <param name="data">What it shows.</param>
    public static string Of(ViewerData data)
    {
        var title = WebUtility.HtmlEncode(data.Title);
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <title>{{title}}</title>
            <style>
            {{EmbeddedText.Of("page.css")}}
            {{EmbeddedText.Of("viewer.css")}}
            main { max-width: 80rem; }
            </style>
            </head>
            <body>
            <main>
            <h1>{{title}}</h1>
            <p>{{Explanation}}</p>
            <div id="viewer"></div>
            </main>
            {{Library}}
            {{Script(data, "viewer")}}
            </body>
            </html>

            """.ReplaceLineEndings("\n");
    }

    /// <summary>The script that a page with viewers has once, before the first of them.</summary>
    public static string Library => $"<script>\n{EmbeddedText.Of("viewer.js")}const viewers = {{}};\n</script>";

    /// <summary>The script that fills an element with a viewer.</summary>
    /// <param name="data">What it shows.</param>
    /// <param name="id">The element's id, of letters, digits and hyphens.</param>
    public static string Script(ViewerData data, string id) =>
        // The serializer writes '<' as an escape, so nothing in the data ends the script.
        $"<script>\nviewers[\"{id}\"] = ntmViewer(document.getElementById(\"{id}\"), {JsonSerializer.Serialize(data, Json)});\n</script>";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
}

/// <summary>The content of a viewer.</summary>
/// <param name="Title">What the model is.</param>
/// <param name="Outputs">What its outputs are, in words.</param>
/// <param name="Sequences">The sequences.</param>
internal sealed record ViewerData(string Title, string Outputs, IReadOnlyList<ViewedSequence> Sequences);
