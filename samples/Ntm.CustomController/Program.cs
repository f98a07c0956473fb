// Trains a machine whose controller is a torch cell, saves it, and loads it again.
//
//     dotnet run -c Release --project samples/Ntm.CustomController [-- SEQUENCES]
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.CustomController;
using Ntm.Tasks;
using Ntm.Training;
using static TorchSharp.torch;

if (args is not ([] or [_]) || !int.TryParse(args.FirstOrDefault() ?? "1000", out var sequences) || sequences < 1)
{
    Console.Error.WriteLine($"The arguments are '{string.Join(' ', args)}'; expected nothing, or a number of sequences of at least 1.");
    return 2;
}

var task = new CopyTask(new CopyOptions { Width = 4, MaxLength = 3 });
var options = new NtmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize, ControllerSize = 32, MemoryLocations = 16, MemoryWidth = 8 };

// A component belongs to one machine, so each machine gets its own.
NtmParts Parts() => new() { Controller = new TorchCellController(options.InputSize + (options.ReadHeads * options.MemoryWidth), options.ControllerSize) };

random.manual_seed(1);    // torch draws the controller's initial parameters, the machine's seed determines all others
using var model = new NeuralTuringMachine(options, Parts(), seed: 1);
Console.WriteLine($"Engine: {model.EngineChoice.Engine}. {model.EngineChoice.Reason}");
var result = new Trainer(model, task, new TrainingOptions
{
    Optimizer = new Adam { LearningRate = 1e-2 },
    BatchSize = 8,
    GradientClipping = new ClipByValue { ClipValue = 1 },
    Sequences = sequences,
    StopWhenSolved = false,
    EvaluationInterval = 0,
    ReportInterval = Math.Max(1, sequences / 5),
}).Train(new Reports());

NtmModelFile.Save(model, "custom.safetensors");
using var loaded = NtmModelFile.Load("custom.safetensors", Parts());
var (saved, again) = (Evaluator.Evaluate(model, task, sequences: 50), Evaluator.Evaluate(loaded, task, sequences: 50));
Console.WriteLine($"{result.SequencesSeen} sequences; the loaded model's cost is the same: {saved.MeanCost == again.MeanCost}");
return 0;

internal sealed class Reports : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => Console.WriteLine($"{value.Point.Sequences} sequences, cost {value.Point.MeanCost:F2} bits");
}
