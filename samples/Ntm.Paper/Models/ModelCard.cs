using System.Security.Cryptography;
using Ntm.Paper.Output;
using Ntm.Shared;
using Ntm.Training;

namespace Ntm.Paper.Models;

/// <summary>The description of a trained model: how it was trained and its measured results. It is saved beside the model as <c>card.json</c>.</summary>
/// <param name="Command">The command that trained it, without the program's name.</param>
/// <param name="Seed">The seed of its training.</param>
/// <param name="SequencesSeen">Sequences that it was trained on.</param>
/// <param name="Seconds">Seconds that its training took.</param>
/// <param name="Parameters">Its trained numbers.</param>
/// <param name="Sha256">The checksum of the model's file.</param>
/// <param name="Sequences">Held-out sequences of each result.</param>
/// <param name="Results">What is reported of it: what <c>evaluate</c> gives.</param>
/// <param name="Selection">The same conditions on other held-out sequences, by which one of several models is chosen.</param>
internal sealed record ModelCard(
    string Command, int Seed, long SequencesSeen, double Seconds, long Parameters, string Sha256, int Sequences, IReadOnlyList<EvaluationResult> Results,
    IReadOnlyList<EvaluationResult> Selection)
{
    public const string FileName = "card.json";

    /// <summary>The card in a folder, or <see langword="null"/> if there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ModelCard? Read(string folder) => RecordFile.Read<ModelCard>(Path.Combine(folder, FileName));

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string folder) => RecordFile.WriteText(Path.Combine(folder, FileName), RecordFile.Text(this));

    /// <summary>The checksum of a model's file.</summary>
    public static string ChecksumOf(string modelFile)
    {
        using var stream = RegularFile.OpenRead(modelFile);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
