using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Runs;

/// <summary>A model of one of the paper's architectures: what they differ in beyond computing sequences.</summary>
internal abstract class PaperModel : IDisposable
{
    /// <summary>The model, as trainer and evaluation know it.</summary>
    public abstract ISequenceModel Sequences { get; }

    /// <summary>What computes it, in a word.</summary>
    public abstract string EngineName { get; }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public abstract void Save(string file, IReadOnlyDictionary<string, string> metadata);

    /// <param name="content">The content of a model's file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="architecture">The architecture that its settings name.</param>
    /// <exception cref="SafeTensorsFormatException">The content is damaged, or another kind of model's.</exception>
    public static PaperModel Load(SafeTensorsFile content, string file, Architecture architecture) => architecture switch
    {
        Architecture.Lstm => new LstmPaperModel(LstmModelFile.Load(content, file)),
        _ => new NtmPaperModel(NtmModelFile.Load(content, file)),
    };

    public abstract void Dispose();
}
