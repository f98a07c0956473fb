using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ntm.Core.Serialization;
using Ntm.Paper.Catalog;

namespace Ntm.Paper.Models;

/// <summary>What is known of a trained model: how it was made and what it was measured at. It lies beside the model as <c>card.json</c>.</summary>
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

    private const long MaxBytes = 1 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>The card in a folder, or <see langword="null"/> if there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ModelCard? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (new FileInfo(path) is not { Exists: true } file)
            return null;
        if (file.Length > MaxBytes)
            throw new InvalidDataException($"{path}: found {file.Length} bytes; expected a card of at most {MaxBytes}.");
        try
        {
            return JsonSerializer.Deserialize<ModelCard>(File.ReadAllBytes(path), Json) ?? throw new InvalidDataException($"{path}: found null; expected an object.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string folder) =>
        AtomicFile.Write(Path.Combine(folder, FileName), stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, Json) + "\n")));

    /// <summary>The checksum of a model's file.</summary>
    public static string ChecksumOf(string modelFile)
    {
        using var stream = File.OpenRead(modelFile);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
