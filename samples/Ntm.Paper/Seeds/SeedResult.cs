using System.Text.Json;
using Ntm.Paper.Runs;

namespace Ntm.Paper.Seeds;

/// <summary>What the training of one seed gave, from the JSON that it prints.</summary>
internal sealed record SeedResult(int Seed, bool Solved, string Outcome, long SequencesSeen, double Seconds, double? CostBits, double? ExcessCostBits, double? WrongBits)
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);

    /// <exception cref="InvalidDataException">The output does not end with a result.</exception>
    public static SeedResult Parse(string output, RunFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize<SeedResult>(output.TrimEnd().Split('\n')[^1], Camel) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{folder.Path}: the training ended without a result: {e.Message}", e);
        }
    }
}
