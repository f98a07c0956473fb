using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Reproduce;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Tests.Support;
using Ntm.Paper.Train;
using Ntm.Tests.Shared;
using Ntm.Training;

namespace Ntm.Paper.Tests.Runs;

/// <summary>The files that a reproduction reads beside models, settings and histories.</summary>
public sealed class MutatedRunFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-mutated-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Damaged_results_of_trainings()
    {
        var folder = new RunFolder(_folder);
        new TrainingSummary("copy", "ntm-lstm", "cpu", 1, true, "solved", 12_000, 6.5, 0.003, 0.003, 0, "model.safetensors").Write(folder);
        DamagedFiles.AreRefusedOrRead<InvalidDataException>(folder.ResultFile, _ => TrainingSummary.Read(folder), DamagedFiles.Count / 2);
    }

    [Fact]
    public void Damaged_cards()
    {
        EvaluationResult[] results = [new("length 120", 1000, 300, 12.3, 10, 960, 0, 300, [new EvaluationGroup("data", 1, 2, 3, 4)])];
        new ModelCard("train copy", 1, 12_000, 6.5, 62_736, "00", 1000, results, results).Write(_folder);
        DamagedFiles.AreRefusedOrRead<InvalidDataException>(Path.Combine(_folder, ModelCard.FileName), _ => ModelCard.Read(_folder), DamagedFiles.Count / 2);
    }

    [Fact]
    public void Damaged_lists_of_seeds()
    {
        var file = SeedSweep.FileOf(_folder);
        File.WriteAllText(file, """{ "seeds": "1-10,17" }""");
        DamagedFiles.AreRefusedOrRead<UsageException>(file, _ => SeedSweep.ReadSeeds(_folder), DamagedFiles.Count / 2);
    }

    [Fact]
    public void Damaged_budgets() =>
        DamagedFiles.AreRefusedOrRead<UsageException>(TinyBudget.Write(_folder), file => Budget.Find(file), DamagedFiles.Count / 2);

    [Fact]
    public void Damaged_reports()
    {
        var file = Path.Combine(_folder, "results.json");
        EvaluationResult[] results = [new("length 120", 1000, 300, 12.3, 10, 960, 0, 300, [])];
        var model = new ModelReport(IsShipped: false, "train copy", 1, 12_000, 6.5, 62_736, results);
        var row = new ComparisonRow("length 120", "wrong bits", "", "", "below 1", [12.3], 12.3, false);
        RecordFile.Write(file, new PaperReport("quick", "", "", 10, [new TaskReport("copy", "", [new ArchitectureReport("lstm", model, null, [], [])], [row], [new Finding("", "", [], [])], [])]));
        DamagedFiles.AreRefusedOrRead<InvalidDataException>(file, path => RecordFile.Read<PaperReport>(path), DamagedFiles.Count / 2);
    }
}
