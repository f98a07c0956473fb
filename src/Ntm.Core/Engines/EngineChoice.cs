namespace Ntm.Core;

/// <summary>The engine that computes a model's sequences, and the reason.</summary>
/// <param name="Engine">The engine; never <see cref="EngineKind.Auto"/>.</param>
/// <param name="Reason">The reason for this engine, and why a faster one is not used.</param>
public sealed record EngineChoice(EngineKind Engine, string Reason);
