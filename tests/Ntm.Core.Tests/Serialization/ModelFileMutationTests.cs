using Ntm.Core.Serialization;
using Ntm.Tests.Shared;

namespace Ntm.Core.Tests.Serialization;

/// <summary>Damaged model files give a model or the one exception that names the file, and are left as they are.</summary>
public class ModelFileMutationTests
{
    private const int Mutations = 2_000;
    private const long MostBytes = 100_000_000;

    [Fact]
    public void Damaged_files_of_a_machine()
    {
        using var machine = new NeuralTuringMachine(
            new NtmOptions { InputSize = 2, OutputSize = 1, ControllerSize = 3, MemoryLocations = 4, MemoryWidth = 2 }, seed: 1);
        Mutate(path => NtmModelFile.Save(machine, path), path => NtmModelFile.Load(path).Dispose());
    }

    [Fact]
    public void Damaged_files_of_an_LSTM_network()
    {
        using var network = new LstmNetwork(new LstmOptions { InputSize = 2, OutputSize = 1, HiddenSize = 3, Layers = 2 }, seed: 1);
        Mutate(path => LstmModelFile.Save(network, path), path => LstmModelFile.Load(path).Dispose());
    }

    private static void Mutate(Action<string> save, Action<string> load)
    {
        var path = Path.GetTempFileName();
        try
        {
            save(path);
            load(path);
            var original = File.ReadAllBytes(path);
            var random = new Random(1410);
            var refused = 0;
            for (var i = 0; i < Mutations; i++)
            {
                var damaged = FileMutations.Mutate(original, random);
                File.WriteAllBytes(path, damaged);
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    load(path);
                }
                catch (SafeTensorsFormatException e)
                {
                    // Anything else ends the test.
                    Assert.Contains(path, e.Message, StringComparison.Ordinal);
                    refused++;
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
                Assert.Equal(damaged, File.ReadAllBytes(path));
            }

            // Weights have no checksum: a flipped bit in one is another model.
            Assert.InRange(refused, Mutations / 4, Mutations);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
