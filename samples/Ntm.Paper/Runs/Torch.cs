using TorchSharp;

namespace Ntm.Paper.Runs;

/// <summary>What the program sets of torch.</summary>
internal static class Torch
{
    /// <summary>Sets torch's threads.</summary>
    /// <param name="threads">0 for one per core.</param>
    public static void Configure(int threads) => torch.set_num_threads(threads == 0 ? Environment.ProcessorCount : threads);
}
