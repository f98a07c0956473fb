using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Ntm.Tasks;

namespace Ntm.Training.Checkpoints;

/// <summary>Computes a fingerprint of the first sequences of a training and of the task's own fingerprint. It distinguishes tasks with other options, seeds or
/// data, also custom tasks.</summary>
internal static class DataFingerprint
{
    private const int Sequences = 4;

    public static string Of(SequenceTask task, int seed)
    {
        using var batch = new BatchBuffer(task);
        batch.Fill(SequenceSeeds.Training(seed), 0, Sequences);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(batch.Inputs));
        hash.AppendData(MemoryMarshal.AsBytes(batch.Targets));
        hash.AppendData(MemoryMarshal.AsBytes(batch.Mask));
        hash.AppendData(Encoding.UTF8.GetBytes(task.Fingerprint));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
