using Ntm.Core.Serialization;
using Ntm.Paper.Runs;

namespace Ntm.Paper.Branches;

/// <summary>Where a search keeps what it needs to go on. The model of the training's folder is none of it: that is whatever the training ended with last.</summary>
internal sealed class BranchFolder(RunFolder run)
{
    /// <summary>What the next generation starts from, with the <see cref="BranchProgress"/> in its metadata.</summary>
    public string NextFile { get; } = Path.Combine(run.Branches, "next.safetensors");

    /// <summary>The best of all generations, or what they began with.</summary>
    public string BestFile { get; } = Path.Combine(run.Branches, "best.safetensors");

    /// <summary>What settling has made of the best.</summary>
    public string SettledFile { get; } = Path.Combine(run.Branches, "settled.safetensors");

    /// <exception cref="IOException">It cannot be made or written.</exception>
    public void Prepare()
    {
        Directory.CreateDirectory(run.Branches);
        AtomicFile.DeleteLeftovers(run.Branches);
    }
}
