using System.Runtime.InteropServices;
using Ntm.Core.Serialization;
using Ntm.Tasks;

namespace Ntm.Training.Tests.Support;

/// <summary>Writes sequences to files as Python's safetensors does.</summary>
internal static class DataFiles
{
    /// <summary>Writes sequences with target vectors, and opens the file.</summary>
    public static SequenceFile Write(string path, Sequence[] sequences)
    {
        var task = new DataTask("written", new SequenceList(sequences), new DataTaskOptions { Shuffle = false, ValidationShare = 0 });
        using var batch = new BatchBuffer(task);
        batch.Fill(SequenceSeeds.Training(1), 0, sequences.Length);
        long[] lengths = [.. batch.Lengths.ToArray().Select(length => (long)length)];
        new SafeTensorsFile(
        [
            new SafeTensor("lengths", SafeTensorsDType.I64, [lengths.Length], MemoryMarshal.AsBytes<long>(lengths).ToArray()),
            new SafeTensor("inputs", SafeTensorsDType.F32, [batch.Steps, batch.BatchSize, task.InputSize], MemoryMarshal.AsBytes(batch.Inputs).ToArray()),
            new SafeTensor("targets", SafeTensorsDType.F32, [batch.Steps, batch.BatchSize, task.OutputSize], MemoryMarshal.AsBytes(batch.Targets).ToArray()),
            new SafeTensor("mask", SafeTensorsDType.F32, [batch.Steps, batch.BatchSize], MemoryMarshal.AsBytes(batch.Mask).ToArray()),
        ]).Save(path);
        return new SequenceFile(path);
    }
}
