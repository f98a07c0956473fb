using Ntm.Core;
using Ntm.Paper.Settings;
using Ntm.Tasks;

namespace Ntm.Paper.Runs;

/// <summary>Makes the model that the settings describe.</summary>
internal static class ModelFactory
{
    public static NeuralTuringMachine Create(TrainSettings settings, SequenceTask task)
    {
        var options = new NtmOptions
        {
            InputSize = task.InputSize,
            OutputSize = task.OutputSize,
            Controller = settings.Architecture == Architecture.NtmFeedforward ? ControllerKind.Feedforward : ControllerKind.Lstm,
            ControllerSize = settings.ControllerSize,
            ControllerLayers = settings.ControllerLayers,
            ReadHeads = settings.Heads,
            WriteHeads = settings.Heads,
            MemoryLocations = settings.MemoryLocations,
            MemoryWidth = settings.MemoryWidth,
        };
        return new NeuralTuringMachine(options, seed: settings.Seed) { Engine = settings.Engine, Threads = settings.Threads };
    }
}
