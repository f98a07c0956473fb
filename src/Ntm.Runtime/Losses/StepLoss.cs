namespace Ntm.Core;

/// <summary>What one step costs and gets wrong, before its weight.</summary>
/// <param name="Loss">The loss, in its own unit: nats for the cross-entropies, squared units for the squared error.</param>
/// <param name="Wrong">Targets that are wrong.</param>
/// <param name="Counted">Targets that count: bits, symbols or numbers.</param>
public readonly record struct StepLoss(double Loss, int Wrong, int Counted);
