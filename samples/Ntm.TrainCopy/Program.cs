// Trains a machine to copy sequences of vectors, in twenty lines.
//
//     dotnet run -c Release --project samples/Ntm.TrainCopy [-- SEQUENCES]
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Tasks;
using Ntm.Training;

if (args is not ([] or [_]) || !int.TryParse(args.FirstOrDefault() ?? "50000", out var sequences) || sequences < 1)
{
    Console.Error.WriteLine($"The arguments are '{string.Join(' ', args)}'; expected nothing, or a number of sequences of at least 1.");
    return 2;
}

var task = new CopyTask(new CopyOptions { Width = 4, MaxLength = 5 });
var options = new NtmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize, ControllerSize = 48, MemoryLocations = 16, MemoryWidth = 8 };
using var model = new NeuralTuringMachine(options, seed: 4);
var trainer = new Trainer(model, task, new TrainingOptions
{
    Optimizer = new GravesRmsProp { LearningRate = 1e-3 },
    Schedule = LearningRateSchedule.Cosine,
    Sequences = sequences,                 // at most: it stops when the task is solved
});
var result = trainer.Train(new Reports());
NtmModelFile.Save(model, "copy.safetensors");

var longer = Evaluator.Evaluate(model, new CopyTask(new CopyOptions { Width = 4, MinLength = 10, MaxLength = 10 }), sequences: 100);
Console.WriteLine($"{result.Outcome} after {result.SequencesSeen} sequences; wrong bits at twice the trained length: {longer.MeanWrong:F2}");
return 0;

internal sealed class Reports : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => Console.WriteLine($"{value.Point.Sequences} sequences, cost {value.Point.MeanCost:F2} bits");
}
