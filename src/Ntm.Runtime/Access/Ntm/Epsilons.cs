namespace Ntm.Runtime.Access;

/// <summary>The numbers that keep the addressing equations from dividing by zero; the same in all engines.</summary>
internal static class Epsilons
{
    /// <summary>Added to squared norms, so that zero vectors have similarity 0 and a derivative.</summary>
    public const double Norm = 1e-8;

    /// <summary>Added to weights before their logarithm.</summary>
    public const double Weight = 1e-12;
}
