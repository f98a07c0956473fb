using Ntm.Core.Serialization;

namespace Ntm.Training.Search;

/// <summary>The files that a search needs to resume.</summary>
internal sealed class BranchSearchFolder(string path)
{
    /// <summary>The model that the next generation starts from, with the <see cref="BranchSearchProgress"/> in its metadata.</summary>
    public string NextFile { get; } = Path.Combine(path, "next.safetensors");

    /// <summary>The best of all generations, or the model before them.</summary>
    public string BestFile { get; } = Path.Combine(path, "best.safetensors");

    /// <summary>The best after settling.</summary>
    public string SettledFile { get; } = Path.Combine(path, "settled.safetensors");

    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public void Prepare()
    {
        Directory.CreateDirectory(path);
        AtomicFile.DeleteLeftovers(path);
    }
}
