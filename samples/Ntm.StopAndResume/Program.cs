// Stops a training in the middle, resumes it from its checkpoint as another process would, and compares it with a training that was never stopped.
//
//     dotnet run -c Release --project samples/Ntm.StopAndResume [-- SEQUENCES]
using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training;

if (args is not ([] or [_]) || !int.TryParse(args.FirstOrDefault() ?? "4000", out var sequences) || sequences < 10)
{
    Console.Error.WriteLine($"The arguments are '{string.Join(' ', args)}'; expected nothing, or a number of sequences of at least 10.");
    return 2;
}

var task = new CopyTask(new CopyOptions { Width = 4, MaxLength = 5 });
var root = Directory.CreateTempSubdirectory("ntm-resume-").FullName;
try
{
    using var whole = Model();
    Trainer(whole, "whole").Train();

    // In your program, Ctrl-C can cancel: Console.CancelKeyPress += (_, e) => { e.Cancel = true; stop.Cancel(); };
    using var stop = new CancellationTokenSource();
    using (var stopped = Model())
    {
        var half = Trainer(stopped, "stopped").Train(new CancelAt(sequences / 2, stop), stop.Token);
        Console.WriteLine($"{half.Outcome} after {half.SequencesSeen} sequences.");
    }

    // The first model is gone, as after a power failure. The initial parameters of the new one do not matter.
    using var resumed = Model(seed: 2);
    var checkpoint = new CheckpointFolder(Path.Combine(root, "stopped")).LoadNewest(file => Console.WriteLine($"{file} is damaged; an older one is used."));
    if (checkpoint is null)
    {
        Console.Error.WriteLine("There is no checkpoint.");
        return 1;
    }

    var result = Trainer(resumed, "stopped").Resume(checkpoint);
    Console.WriteLine($"{result.Outcome} after {result.SequencesSeen} sequences, cost {result.History[^1].MeanCost:F2} bits.");
    var same = whole.parameters().Zip(resumed.parameters()).All(p => p.First.data<float>().SequenceEqual(p.Second.data<float>()));
    Console.WriteLine($"Bit-identical to a training that was never stopped: {same}");
    return same ? 0 : 1;
}
finally
{
    Directory.Delete(root, recursive: true);
}

NeuralTuringMachine Model(int seed = 1) =>
    new(new NtmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize, ControllerSize = 32, MemoryLocations = 16, MemoryWidth = 8 }, seed: seed);

Trainer Trainer(NeuralTuringMachine model, string folder) => new(model, task, new TrainingOptions
{
    Optimizer = new GravesRmsProp { LearningRate = 1e-3 },
    Sequences = sequences,
    ReportInterval = Math.Max(1, sequences / 10),
    Checkpoints = new CheckpointOptions { Folder = Path.Combine(root, folder), Interval = Math.Max(1, sequences / 4) },
});

/// <summary>Simulates a user who presses Ctrl-C.</summary>
internal sealed class CancelAt(long sequences, CancellationTokenSource stop) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Point.Sequences >= sequences)
            stop.Cancel();
    }
}
