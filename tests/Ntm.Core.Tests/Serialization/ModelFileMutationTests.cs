using Ntm.Core.Serialization;
using Ntm.Tests.Shared;

namespace Ntm.Core.Tests.Serialization;

/// <summary>Weights have no checksum: a flipped bit in one is another model, so that fewer files are refused than of other kinds.</summary>
public class ModelFileMutationTests
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Damaged_files_of_a_machine()
    {
        using var machine = new NeuralTuringMachine(
            new NtmOptions { InputSize = 2, OutputSize = 1, ControllerSize = 3, MemoryLocations = 4, MemoryWidth = 2 }, seed: 1);
        NtmModelFile.Save(machine, _file);
        DamagedFiles.AreRefusedOrRead<SafeTensorsFormatException>(_file, path => NtmModelFile.Load(path).Dispose(), DamagedFiles.Count / 4);
    }

    [Fact]
    public void Damaged_files_of_an_LSTM_network()
    {
        using var network = new LstmNetwork(new LstmOptions { InputSize = 2, OutputSize = 1, HiddenSize = 3, Layers = 2 }, seed: 1);
        LstmModelFile.Save(network, _file);
        DamagedFiles.AreRefusedOrRead<SafeTensorsFormatException>(_file, path => LstmModelFile.Load(path).Dispose(), DamagedFiles.Count / 4);
    }
}
