namespace Ntm.Figures;

/// <summary>How an axis maps values to its length, and where its ticks are.</summary>
internal abstract class AxisScale
{
    public abstract double Minimum { get; }

    public abstract double Maximum { get; }

    /// <summary>The values with a label.</summary>
    public abstract IReadOnlyList<double> Ticks { get; }

    /// <summary>The values between that have a faint line at most.</summary>
    public abstract IReadOnlyList<double> FineTicks { get; }

    /// <summary>0 at the minimum, 1 at the maximum, beyond for values beyond.</summary>
    public abstract double ToShare(double value);
}
