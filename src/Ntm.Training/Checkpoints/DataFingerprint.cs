using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ntm.Tasks;

namespace Ntm.Training.Checkpoints;

/// <summary>What the first sequences of a training look like: tells tasks of other options or seeds apart, also those of one's own.</summary>
internal static class DataFingerprint
{
    private const int Sequences = 4;

    public static string Of(SequenceTask task, int seed)
    {
        var batch = new BatchBuffer(task);
        batch.Fill(SequenceSeeds.Training(seed), 0, Sequences);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(batch.Inputs));
        hash.AppendData(MemoryMarshal.AsBytes(batch.Targets));
        hash.AppendData(MemoryMarshal.AsBytes(batch.Mask));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
