using System.Xml.Linq;
using Ntm.Core;
using Ntm.Figures;
using Ntm.Paper.Catalog;
using Ntm.Paper.Draw;
using Ntm.Paper.Models;
using Ntm.Paper.Settings;
using Ntm.Tasks;

namespace Ntm.Paper.Tests.Draw;

/// <summary>The figures of each task, by the words in the drawings.</summary>
public class SequenceFiguresTests
{
    [Fact]
    public void One_head_has_vectors_and_weightings_in_one_figure()
    {
        var figures = Draw("copy", heads: 1);
        Assert.Equal(["outputs", "memory"], figures.Keys);
        Assert.Equal(
            ["Adds", "Inputs", "Outputs", "Read weightings", "Reads", "Write weightings"],
            Words(figures["memory"]).Where(w => char.IsUpper(w[0])).Order());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Several_heads_are_all_drawn(int heads)
    {
        var figures = Draw("associative-recall", heads);
        Assert.Equal(["outputs", "memory", "memory-vectors"], figures.Keys);
        for (var head = 1; head <= heads; head++)
        {
            Assert.Contains($"Write weightings, head {head}", Words(figures["memory"]));
            Assert.Contains($"Read weightings, head {head}", Words(figures["memory"]));
            Assert.Contains($"Adds, head {head}", Words(figures["memory-vectors"]));
            Assert.Contains($"Reads, head {head}", Words(figures["memory-vectors"]));
        }

        Assert.DoesNotContain($"Write weightings, head {heads + 1}", Words(figures["memory"]));
    }

    [Fact]
    public void Predictions_stand_beside_those_of_the_optimal_predictor()
    {
        var figures = Draw("ngram", heads: 1);
        Assert.Equal(["outputs", "predictions", "memory"], figures.Keys);
        Assert.Contains("The optimal predictor's probability of a one", Words(figures["outputs"]));
        Assert.Contains("The model's probability of a one", Words(figures["outputs"]));
        string[] expected = ["model", "optimal predictor", "probability of a one", "cost so far (bits)", "time step"];
        Assert.All(expected, word => Assert.Contains(word, Words(figures["predictions"])));
    }

    [Fact]
    public void A_sorting_models_write_locations_stand_over_the_priorities()
    {
        var figures = Draw("priority-sort", heads: 2);
        Assert.Equal(["outputs", "memory", "memory-vectors", "write-locations", "read-locations"], figures.Keys);
        var words = Words(figures["write-locations"]);
        Assert.All((string[])["priority", "location", "written", "linear fit", "−1", "1"], word => Assert.Contains(word, words));
        Assert.Equal(2, words.Count(word => word.StartsWith("Head ", StringComparison.Ordinal)));
        Assert.Contains("vector of the answer", Words(figures["read-locations"]));
    }

    private static Dictionary<string, Figure> Draw(string task, int heads)
    {
        var settings = new TrainSettings { Task = task, Heads = heads, Ntm = { ControllerSize = 8, MemoryLocations = 16, MemoryWidth = 5 } };
        if (settings.Data is AssociativeRecallOptions recall)
            recall.MaxItems = 3;
        var drawn = TaskCatalog.Find(task).Create(settings);
        using var model = new NeuralTuringMachine(new NtmOptions
        {
            InputSize = drawn.InputSize,
            OutputSize = drawn.OutputSize,
            ControllerSize = 8,
            ReadHeads = heads,
            WriteHeads = heads,
            MemoryLocations = 16,
            MemoryWidth = 5,
        }, seed: 1);
        // No folder of that name: there is no learning curve.
        var path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "model.safetensors");
        return SequenceFigures.Of(new TrainedModel(path, new NtmPaperModel(model), settings), new EvaluationRequest(), seed: 0).ToDictionary(f => f.Name, f => f.Figure);
    }

    /// <summary>The texts of a drawing but its title.</summary>
    private static List<string> Words(Figure figure) =>
        [.. XElement.Parse(figure.ToSvg()).Descendants().Select(e => (string?)e.Attribute("aria-label")).OfType<string>().Where(label => label != figure.Title)];
}
