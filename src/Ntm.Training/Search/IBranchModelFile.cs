using Ntm.Core;

namespace Ntm.Training;

/// <summary>How a <see cref="BranchSearch"/> writes and reads models. <see cref="BranchModelFile"/> is for any model; others may write files that can be
/// loaded without the search.</summary>
public interface IBranchModelFile
{
    /// <summary>Writes a model as a safetensors file, atomically.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Metadata that the file must have; there may be more.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    void Save(ISequenceModel model, string path, IReadOnlyDictionary<string, string> metadata);

    /// <summary>Reads the weights of a file.</summary>
    /// <param name="model">The model that they must fit; it is not changed.</param>
    /// <param name="path">The file.</param>
    /// <returns>The weights; the caller's to dispose.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, or of a model with other sizes; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    ModelSnapshot Load(ISequenceModel model, string path);
}
