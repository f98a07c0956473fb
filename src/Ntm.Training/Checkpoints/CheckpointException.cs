using Ntm.Shared;

namespace Ntm.Training;

/// <summary>The exception for a checkpoint that is damaged, from a newer version, or of another training. The message names the file, the place, what was
/// found and what was expected.</summary>
public sealed class CheckpointException : Exception
{
    internal CheckpointException(string path, string place, string found, string expected, Exception? innerException = null)
        : base($"{path}: {FileText.Of(place)}: found {FileText.Of(found)}; expected {FileText.Of(expected)}.", innerException) => Path = path;

    internal CheckpointException(string path, Exception innerException)
        : base(innerException.Message, innerException) => Path = path;

    /// <summary>The path of the checkpoint.</summary>
    public string Path { get; }
}
