using Microsoft.Extensions.DependencyInjection;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Tasks;
using Ntm.Training;

namespace Consumer;

/// <summary>A small copy model, trained by the registered services.</summary>
internal static class TrainThroughServices
{
    public static int Run()
    {
        using var provider = new ServiceCollection()
            .AddNtmTraining(
                new CopyTask(new CopyOptions { Width = 2, MaxLength = 3 }),
                model => (model.ControllerSize, model.MemoryLocations, model.MemoryWidth) = (24, 8, 8),
                training => (training.Sequences, training.Optimizer.LearningRate, training.BatchSize) = (4_000, 5e-3, 8))
            .BuildServiceProvider();
        var result = provider.GetRequiredService<Trainer>().Train();
        NtmModelFile.Save(provider.GetRequiredService<NeuralTuringMachine>(), "copy.safetensors");
        using var loaded = NtmModelFile.Load("copy.safetensors");
        Console.WriteLine($"cost {result.History[0].MeanCost:F2} then {result.History[^1].MeanCost:F2}, {loaded.InputSize} inputs");
        return 0;
    }
}
