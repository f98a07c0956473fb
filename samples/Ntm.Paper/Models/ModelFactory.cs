using Ntm.Core;
using Ntm.Paper.Settings;
using Ntm.Tasks;
using TorchSharp;

namespace Ntm.Paper.Models;

/// <summary>Makes the model that the settings describe, on the device that they name.</summary>
internal static class ModelFactory
{
    public static PaperModel Create(TrainSettings settings, SequenceTask task) => settings.Architecture switch
    {
        Architecture.Lstm => new LstmPaperModel(Lstm(settings, task)),
        _ => new NtmPaperModel(Machine(settings, task)),
    };

    private static LstmNetwork Lstm(TrainSettings settings, SequenceTask task)
    {
        var options = settings.Lstm.Clone();
        (options.InputSize, options.OutputSize) = (task.InputSize, task.OutputSize);
        return new LstmNetwork(options, settings.Seed).to(Torch.DeviceOf(settings));
    }

    private static NeuralTuringMachine Machine(TrainSettings settings, SequenceTask task)
    {
        var options = settings.Ntm.Clone();
        (options.InputSize, options.OutputSize) = (task.InputSize, task.OutputSize);
        options.Controller = settings.Architecture switch
        {
            Architecture.NtmFeedforward => ControllerKind.Feedforward,
            Architecture.NtmGru => ControllerKind.Gru,
            _ => ControllerKind.Lstm,
        };
        // Drawn on the CPU, so that a seed gives the same weights everywhere.
        return new NeuralTuringMachine(options, seed: settings.Seed) { Engine = settings.Engine, Threads = settings.Threads }.to(Torch.DeviceOf(settings));
    }
}
