// Reads dates as people write them in 35 cultures into ISO 8601, character by character; compares the machine with an LSTM network of as many parameters.
//
//     dotnet run -c Release --project samples/Ntm.Dates [-- SEQUENCES]
using System.Globalization;
using Ntm.Core;
using Ntm.Dates;
using Ntm.Training;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not ([] or [_]) || !int.TryParse(args.FirstOrDefault() ?? "500000", NumberStyles.None, null, out var sequences) || sequences < 1)
{
    Console.Error.WriteLine($"The arguments are '{string.Join(' ', args)}'; expected nothing, or a number of sequences of at least 1.");
    return 2;
}

var set = new DateSet();
var trained = set.Forms.Where(form => !form.IsHeldOut).ToList();
var heldOut = set.Forms.Where(form => form.IsHeldOut).ToList();
Console.WriteLine($"{set.Cultures} cultures, {trained.Count} forms to train on, {heldOut.Count} held out, {set.Characters} characters; {set.Forms[0]}: {set.Forms[0].Write(DateSet.First)}");
var task = new DatesTask(set, trained, heldOutDays: false);

using var machine = new NeuralTuringMachine(
    new NtmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize, ControllerSize = 100, MemoryLocations = 32, MemoryWidth = 20, Dropout = 0.2 }, seed: 1);
var parameters = Count(machine);
// The network has one layer; its size follows from the number of parameters.
var size = Enumerable.Range(10, 1000).TakeWhile(n => 4L * n * (task.InputSize + n + 1) + 2 * n + 10L * (n + 1) <= parameters).Last();
using var network = new LstmNetwork(new LstmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize, HiddenSize = size, Layers = 1 }, seed: 1);
Train("Neural Turing Machine", machine);
Train("LSTM network", network);
return 0;

void Train(string name, ISequenceModel model)
{
    var trainer = new Trainer(model, task, new TrainingOptions
    {
        Optimizer = new Adam { LearningRate = 3e-3 },
        Schedule = LearningRateSchedule.Cosine,
        GradientClipping = new ClipByNorm { MaxNorm = 1 },
        BatchSize = 32,
        WeightAverage = 0.999,
        Sequences = sequences,
        ReportInterval = Math.Max(1, sequences / 10),
        EvaluationInterval = 0,
        StopWhenSolved = false,
    });
    Console.WriteLine($"{name}, {Count(model):N0} parameters");
    var result = trainer.Train(new Reports());
    var days = new DatesTask(set, trained, heldOutDays: true);
    Console.WriteLine($"{name}: {result.Seconds:F0} s; right of dates never trained on: {Right(model, days):P2} in trained forms, {Right(model, new DatesTask(set, heldOut, heldOutDays: true)):P2} in forms never trained on");
    foreach (var (form, share) in set.Forms.Select(form => (form, Share: Right(model, new DatesTask(set, [form], heldOutDays: true), 200))).Where(p => p.Share < 0.99).OrderBy(p => p.Share).Take(5))
        Console.WriteLine($"    {share:P1} of {form}{(form.IsHeldOut ? ", never trained on" : "")}, such as {form.Write(new DateTime(2024, 3, 9))}");
}

static double Right(ISequenceModel model, DatesTask task, int sequences = 5_000)
{
    var score = Evaluator.Evaluate(model, task, sequences, seed: 1);
    return (double)score.PerfectSequences / score.Sequences;
}

static long Count(ISequenceModel model) => model.named_parameters().Sum(p => p.parameter.numel());

internal sealed class Reports : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => Console.WriteLine($"    {value.Point.Sequences:N0} dates, {value.Point.MeanCost:F2} bits, {value.Point.MeanWrong:F2} wrong digits, {value.Point.Seconds:F0} s");
}
