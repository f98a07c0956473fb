using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Training;

namespace Ntm.Paper.Tests.Models;

public class ModelRankingTests
{
    private static readonly TaskEntry Copy = TaskCatalog.Find("copy");

    [Fact]
    public void More_goals_come_first_then_lower_numbers()
    {
        // Cost and errors in range, errors at 80, errors at 120.
        var all = Card(0.001, 0, 0, 0.9);
        var allButCloser = Card(0.001, 0, 0, 0.1);
        var missesOne = Card(0.001, 0, 0, 1.5);
        var missesTwo = Card(0.02, 0, 0, 1.1);
        ModelCard[] ranked = [.. ((ModelCard[])[missesTwo, all, missesOne, allButCloser]).Order(new ModelRanking(Copy))];
        Assert.Equal([allButCloser, all, missesOne, missesTwo], ranked);
    }

    [Fact]
    public void What_is_reported_does_not_choose()
    {
        var card = Card(0.001, 0, 0, 0);
        Assert.Equal(0, new ModelRanking(Copy).Compare(card, card with { Results = Results(50, 50, 50, 50) }));
    }

    private static ModelCard Card(double cost, double wrong, double wrongAt80, double wrongAt120) =>
        new("train copy", 1, 1000, 1, 1, "", 10, [], Results(cost, wrong, wrongAt80, wrongAt120));

    private static IReadOnlyList<EvaluationResult> Results(double cost, double wrong, double wrongAt80, double wrongAt120)
    {
        return [Result("length 1 to 20", cost, wrong), Result("length 80", 1, wrongAt80), Result("length 120", 1, wrongAt120)];

        static EvaluationResult Result(string name, double cost, double wrong) => new(name, 10, cost, wrong, 0, 100, 0, cost, []);
    }
}
