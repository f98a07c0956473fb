using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training.Tests.Support;

/// <summary>A machine and a task that train in a few seconds.</summary>
internal static class SmallMachine
{
    public static CopyTask Task => new(new CopyOptions { Width = 2, MinLength = 1, MaxLength = 3 });

    public static NeuralTuringMachine Create(int seed = 1, double dropout = 0) => new(
        new NtmOptions { InputSize = 3, OutputSize = 2, ControllerSize = 16, MemoryLocations = 8, MemoryWidth = 6, Dropout = dropout }, seed: seed)
    {
        Engine = EngineKind.Reference,
    };

    /// <summary>Returns the machine, computed by an engine.</summary>
    public static NeuralTuringMachine On(this NeuralTuringMachine machine, EngineKind engine)
    {
        machine.Engine = engine;
        return machine;
    }

    public static LstmNetwork CreateLstm(int seed = 1) =>
        new(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 12, Layers = 3 }, seed);

    public static float[] Values(ISequenceModel model) => [.. model.named_parameters().SelectMany(p => p.parameter.data<float>().ToArray())];
}
