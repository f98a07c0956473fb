using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Tasks;
using Ntm.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Consumer;

/// <summary>Everything that needs reflection over fields or JSON: names of parameters, model files, checkpoints and histories.</summary>
internal static class WholeModel
{
    public static int Run()
    {
        var task = new CopyTask(new CopyOptions { Width = 2, MaxLength = 3 });
        using var machine = new NeuralTuringMachine(
            new NtmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize, ControllerSize = 10, MemoryLocations = 8, MemoryWidth = 4 }, seed: 1);
        using var network = new LstmNetwork(new LstmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize, HiddenSize = 4, Layers = 2 }, seed: 1);
        using var scope = NewDisposeScope();
        var inputs = rand([5, 2, task.InputSize], float32);
        machine.Logits(inputs).square().mean().backward();
        network.Logits(inputs).square().mean().backward();
        var learning = machine.parameters().Concat(network.parameters()).Count(p => p.grad is not null);

        var result = new Trainer(machine, task, new TrainingOptions { Sequences = 100, Checkpoints = new CheckpointOptions { Folder = "checkpoints" } }).Train();
        HistoryFiles.Write("history.json", result.History);
        NtmModelFile.Save(machine, "machine.safetensors");
        LstmModelFile.Save(network, "network.safetensors");
        using var sameMachine = NtmModelFile.Load("machine.safetensors");
        using var sameNetwork = LstmModelFile.Load("network.safetensors");
        var same = machine.Logits(inputs).bytes.SequenceEqual(sameMachine.Logits(inputs).bytes) && network.Logits(inputs).bytes.SequenceEqual(sameNetwork.Logits(inputs).bytes);
        Console.WriteLine($"{machine.EngineChoice.Engine}, {learning} gradients, the same after loading: {same}, "
            + $"checkpoint of {new CheckpointFolder("checkpoints").LoadNewest()?.SequencesSeen}, {HistoryFiles.Read("history.json").Count} point");
        return same ? 0 : 1;
    }
}
