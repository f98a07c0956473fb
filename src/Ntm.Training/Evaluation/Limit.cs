namespace Ntm.Training;

/// <summary>An upper limit of a number.</summary>
/// <param name="Value">The limit.</param>
/// <param name="Inclusive">Whether the limit itself is allowed.</param>
public readonly record struct Limit(double Value, bool Inclusive)
{
    /// <summary>Exactly zero, for numbers that are never negative.</summary>
    public static Limit Zero { get; } = new(0, Inclusive: true);

    /// <summary>A limit that a number must be below.</summary>
    /// <param name="value">The limit.</param>
    public static Limit Below(double value) => new(value, Inclusive: false);

    /// <summary>A limit that a number may reach.</summary>
    /// <param name="value">The limit.</param>
    public static Limit AtMost(double value) => new(value, Inclusive: true);

    /// <summary>Whether a number is within the limit. NaN is not.</summary>
    /// <param name="value">The number.</param>
    public bool IsKeptBy(double value) => Inclusive ? value <= Value : value < Value;

    /// <summary>The limit in words, such as <c>below 0.5</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{(this == Zero ? "" : Inclusive ? "at most " : "below ")}{Value}");
}
