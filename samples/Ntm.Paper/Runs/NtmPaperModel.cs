using Ntm.Core;
using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Runs;

/// <summary>A Neural Turing Machine.</summary>
internal sealed class NtmPaperModel(NeuralTuringMachine machine) : PaperModel
{
    public NeuralTuringMachine Machine => machine;

    public override ISequenceModel Sequences => machine;

    public override string EngineName => SettingsJson.Name(machine.EngineChoice.Engine);

    public override void Save(string file, IReadOnlyDictionary<string, string> metadata) => NtmModelFile.Save(machine, file, metadata);

    public override void ExportToPyTorch(string folder) => PyTorchExport.Save(machine, folder);

    public override void Dispose() => machine.Dispose();
}
