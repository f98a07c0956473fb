namespace Ntm.Core;

/// <summary>Which engine computes a model's sequences.</summary>
/// <param name="Engine">The engine; never <see cref="EngineKind.Auto"/>.</param>
/// <param name="Reason">Why this one, and why not a faster one.</param>
public sealed record EngineChoice(EngineKind Engine, string Reason);
