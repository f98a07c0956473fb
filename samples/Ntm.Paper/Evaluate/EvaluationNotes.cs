using System.Globalization;
using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Training;

namespace Ntm.Paper.Evaluate;

/// <summary>Notes that help to read the numbers of an evaluation.</summary>
internal static class EvaluationNotes
{
    /// <param name="machine">The model, if it has a memory.</param>
    /// <param name="conditions">What was measured.</param>
    /// <param name="results">What came out, in the conditions' order.</param>
    public static IReadOnlyList<string> Of(NeuralTuringMachine? machine, IReadOnlyList<TaskCondition> conditions, IReadOnlyList<EvaluationResult> results) =>
        [.. Full(machine, conditions), .. NotNumbers(results)];

    private static IEnumerable<string> Full(NeuralTuringMachine? machine, IReadOnlyList<TaskCondition> conditions)
    {
        if (machine?.Options.MemoryLocations is not { } locations)
            yield break;
        var beyond = conditions.Where(c => c.Vectors > locations).ToList();
        if (beyond.Count == 0)
            yield break;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"The memory is full: it has {locations:N0} locations, and {string.Join(", ", beyond.Select(c => c.Name))} needs more, up to {beyond.Max(c => c.Vectors):N0} with the delimiter's. A model that keeps each vector in a location of its own writes over the first ones.");
    }

    private static IEnumerable<string> NotNumbers(IReadOnlyList<EvaluationResult> results)
    {
        var names = results.Where(r => !double.IsFinite(r.MeanCost)).Select(r => r.Name).ToList();
        if (names.Count > 0)
            yield return $"The model's outputs are not numbers in {string.Join(", ", names)}: costs are NaN or infinite, which JSON has as null.";
    }
}
