using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Models;

/// <summary>The models in <c>models/</c> are what their cards say.</summary>
public class ShippedModelsTests
{
    private const long MostBytes = 2_000_000;

    // Another machine adds in another order: a cost may differ in the last digits of a float32, a bit beside one half fall to the other side.
    private const double RelativeTolerance = 1e-3;
    private const double AbsoluteTolerance = 1e-4;

    public static TheoryData<string> Tasks => [.. TaskCatalog.All.Select(task => task.Name)];

    public static TheoryData<string> Models => [.. Directory.GetDirectories(ShippedModels.Folder).Select(folder => Path.GetFileName(folder)!).Order()];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Every_task_has_its_best_model_and_one_with_an_LSTM_controller(string name)
    {
        var task = TaskCatalog.Find(name);
        var models = ShippedModels.Of(task);
        Assert.NotEmpty(models);
        Assert.NotNull(ShippedModels.FolderOf(task, Architecture.NtmLstm));
        Assert.Equal(models[0], ShippedModels.Find(name));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_is_what_its_card_says(string name)
    {
        var folder = ShippedModels.Find(name);
        Assert.NotNull(folder);
        var file = new RunFolder(folder).ModelFile;
        Assert.InRange(new FileInfo(file).Length, 1, MostBytes);
        var card = ModelCard.Read(folder);
        Assert.NotNull(card);
        Assert.Equal(ModelCard.ChecksumOf(file), card.Sha256);

        using var trained = TrainedModel.Load(file);
        Assert.Equal(name, $"{trained.Settings.Task}-{SettingsJson.Name(trained.Settings.Architecture)}");
        Assert.Equal(trained.Settings.Seed, card.Seed);
        Assert.Equal(string.Join(' ', SettingsCommand.Arguments(trained.Settings)), card.Command);
        Assert.NotEmpty(new RunFolder(folder).ReadHistory());

        var conditions = TaskCatalog.Find(trained.Settings.Task).Conditions(trained.Settings, new EvaluationRequest());
        var sequences = (int)card.Selection[0].Sequences;
        var measured = ModelEvaluation.Run(trained.Model, conditions, sequences, ModelCardMaker.SelectionSeed, _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(card.Selection.Count, measured.Count);
        foreach (var (expected, actual) in card.Selection.Zip(measured))
        {
            Assert.Equal(expected.Name, actual.Name);
            Assert.Equal(expected.MeanCount, actual.MeanCount);
            Close(expected.MeanCost, actual.MeanCost, AbsoluteTolerance);
            Close(expected.MeanWrong, actual.MeanWrong, 1.0 / sequences);
        }

        static void Close(double expected, double actual, double absolute) => Assert.Equal(expected, actual, absolute + (RelativeTolerance * Math.Abs(expected)));
    }

    [Fact]
    public async Task A_task_names_its_best_model()
    {
        var evaluated = (await PaperProcess.RunAsync("evaluate", "copy", "--length", "20", "--sequences", "50", "--json")).ExpectExit(0);
        Assert.Equal(0, evaluated.Json().GetProperty("results")[0].GetProperty("wrongBits").GetDouble());
    }
}
