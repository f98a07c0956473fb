namespace Ntm.Paper.Catalog;

/// <summary>What the user wants measured; nothing given is what the paper measures.</summary>
/// <param name="Length">Vectors of a sequence, for copy and repeat copy.</param>
/// <param name="Repeats">Repeats, for repeat copy.</param>
/// <param name="Items">Items, for associative recall.</param>
internal sealed record EvaluationRequest(int? Length = null, int? Repeats = null, int? Items = null);
