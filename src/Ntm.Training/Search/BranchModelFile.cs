using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Training.Checkpoints;

namespace Ntm.Training;

/// <summary>Files of any model: its parameters and buffers by name.</summary>
public sealed class BranchModelFile : IBranchModelFile
{
    /// <inheritdoc />
    /// <exception cref="NotSupportedException">An element type is one that the files cannot hold, such as a complex one.</exception>
    public void Save(ISequenceModel model, string path, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(model);
        new SafeTensorsFile(ModelWeights.Read(model), metadata).Save(path);
    }

    /// <inheritdoc />
    public ModelSnapshot Load(ISequenceModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            return new ModelSnapshot(ModelWeights.Load(model, SafeTensorsFile.Load(path), path));
        }
        catch (Exception e) when (e is SafeTensorsFormatException or CheckpointException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }
}
