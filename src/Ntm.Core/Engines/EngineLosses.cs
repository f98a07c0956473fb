namespace Ntm.Core.Engines;

/// <summary>Which losses the whole-sequence engines compute.</summary>
internal static class EngineLosses
{
    /// <summary>Why an engine cannot compute a loss; <see langword="null"/> if it can.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="loss">The loss.</param>
    public static string? Obstacle(EngineKind engine, LossKind loss) => loss == LossKind.BinaryCrossEntropy
        ? null
        : $"the {EngineSelection.Name(engine)} engine computes the loss {LossKind.BinaryCrossEntropy} alone, not {loss}";
}
