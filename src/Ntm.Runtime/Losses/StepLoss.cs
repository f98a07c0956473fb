namespace Ntm.Core;

/// <summary>The loss and the errors of one step, before its weight is applied.</summary>
/// <param name="Loss">The loss, in its own unit: nats for the cross-entropies, squared units for the squared error.</param>
/// <param name="Wrong">The number of wrong targets.</param>
/// <param name="Counted">The number of targets that count: bits, symbols or numbers.</param>
public readonly record struct StepLoss(double Loss, int Wrong, int Counted);
