using Ntm.Core;
using Ntm.Core.Interchange;
using Ntm.Core.Serialization;

namespace Ntm.Paper.Runs;

/// <summary>The LSTM network, which libtorch itself computes.</summary>
internal sealed class LstmPaperModel(LstmNetwork network) : PaperModel
{
    public override ISequenceModel Sequences => network;

    public override string EngineName => "torch";

    public override void Save(string file, IReadOnlyDictionary<string, string> metadata) => LstmModelFile.Save(network, file, metadata);

    public override void ExportToPyTorch(string folder) => PyTorchExport.Save(network, folder);

    public override void Dispose() => network.Dispose();
}
