using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Models;

/// <summary>A model of one of the paper's architectures: what they differ in beyond computing sequences.</summary>
internal abstract class PaperModel : IDisposable
{
    /// <summary>The model, as trainer and evaluation know it.</summary>
    public abstract ISequenceModel Sequences { get; }

    /// <summary>The name of the engine that computes it.</summary>
    public abstract string EngineName { get; }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public abstract void Save(string file, IReadOnlyDictionary<string, string> metadata);

    /// <summary>Writes the weights and a program in Python that rebuilds the model.</summary>
    /// <exception cref="NotSupportedException">The model has parts that the program does not know.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public abstract void ExportToPyTorch(string folder);

    /// <summary>Writes an ONNX file.</summary>
    /// <exception cref="NotSupportedException">The model has parts or an element type that have no ONNX form here.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public abstract void ExportToOnnx(string file);

    /// <param name="content">The content of a model's file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="architecture">The architecture that its settings name.</param>
    /// <exception cref="SafeTensorsFormatException">The content is damaged, or another kind of model's.</exception>
    public static PaperModel Load(SafeTensorsFile content, string file, Architecture architecture) => architecture switch
    {
        Architecture.Lstm => new LstmPaperModel(LstmModelFile.Load(content, file)),
        _ => new NtmPaperModel(NtmModelFile.Load(content, file, parts: null)),
    };

    /// <summary>A model of whichever architecture its file says, with or without the settings of a training.</summary>
    /// <param name="path">A model's file or a run's folder.</param>
    /// <exception cref="UsageException">There is no such file.</exception>
    /// <exception cref="SafeTensorsFormatException">The file is damaged.</exception>
    public static PaperModel Load(string path)
    {
        var file = RunFolder.ModelFileOf(path);
        return Load(SafeTensorsFile.Load(file), file);
    }

    /// <param name="content">The content of a model's file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="SafeTensorsFormatException">The content is damaged.</exception>
    public static PaperModel Load(SafeTensorsFile content, string file) =>
        Load(content, file, content.Metadata.GetValueOrDefault(ModelMetadata.FormatKey) == ModelMetadata.Lstm ? Architecture.Lstm : default);

    /// <summary>The model with more memory locations, in place of this one; this one itself if the number is not given.</summary>
    /// <param name="memoryLocations">The number of locations; <see langword="null"/> for the model's own.</param>
    /// <exception cref="UsageException">The model has no memory, more locations, or parts that cannot have more, or no memory is so large. It is disposed.</exception>
    public PaperModel WithMemoryLocations(int? memoryLocations)
    {
        if (memoryLocations is not { } locations)
            return this;
        using (this)
        {
            try
            {
                return Grown(locations);
            }
            catch (Exception e) when (e is OptionsValidationException or NotSupportedException)
            {
                throw new UsageException($"--memory-locations is {locations}: {e.Message}", e);
            }
        }
    }

    public abstract void Dispose();

    /// <exception cref="NotSupportedException">The model has no memory, more locations, or custom parts.</exception>
    /// <exception cref="OptionsValidationException">There are too many.</exception>
    protected abstract PaperModel Grown(int memoryLocations);
}

/// <summary>The LSTM network, which libtorch itself computes.</summary>
internal sealed class LstmPaperModel(LstmNetwork network) : PaperModel
{
    public override ISequenceModel Sequences => network;

    public override string EngineName => "torch";

    public override void Save(string file, IReadOnlyDictionary<string, string> metadata) => LstmModelFile.Save(network, file, metadata);

    public override void ExportToPyTorch(string folder) => PyTorchExport.Save(network, folder);

    public override void ExportToOnnx(string file) => OnnxExport.Save(network, file);

    public override void Dispose() => network.Dispose();

    protected override PaperModel Grown(int memoryLocations) => throw new NotSupportedException("the model is an LSTM network; expected one with a memory.");
}

/// <summary>A Neural Turing Machine.</summary>
internal sealed class NtmPaperModel(NeuralTuringMachine machine) : PaperModel
{
    public NeuralTuringMachine Machine => machine;

    public override ISequenceModel Sequences => machine;

    public override string EngineName => SettingsJson.Name(machine.EngineChoice.Engine);

    public override void Save(string file, IReadOnlyDictionary<string, string> metadata) => NtmModelFile.Save(machine, file, metadata);

    public override void ExportToPyTorch(string folder) => PyTorchExport.Save(machine, folder);

    public override void ExportToOnnx(string file) => OnnxExport.Save(machine, file);

    public override void Dispose() => machine.Dispose();

    protected override PaperModel Grown(int memoryLocations) => memoryLocations >= machine.Options.MemoryLocations
        ? new NtmPaperModel(machine.WithMemoryLocations(memoryLocations))
        : throw new NotSupportedException($"the model has {machine.Options.MemoryLocations} locations; expected as many or more.");
}
