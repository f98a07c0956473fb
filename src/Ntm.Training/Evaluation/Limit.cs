namespace Ntm.Training;

/// <summary>A limit of a number: an upper one, or a lower one (<see cref="IsLower"/>).</summary>
/// <param name="Value">The limit.</param>
/// <param name="Inclusive">Whether the limit itself is allowed.</param>
public readonly record struct Limit(double Value, bool Inclusive)
{
    /// <summary>Exactly zero, for numbers that are never negative.</summary>
    public static Limit Zero { get; } = new(0, Inclusive: true);

    /// <summary>Whether it is a lower limit, which a number must reach, rather than an upper one.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool IsLower { get; init; }

    /// <summary>A limit that a number must be below.</summary>
    /// <param name="value">The limit.</param>
    public static Limit Below(double value) => new(value, Inclusive: false);

    /// <summary>A limit that a number may reach.</summary>
    /// <param name="value">The limit.</param>
    public static Limit AtMost(double value) => new(value, Inclusive: true);

    /// <summary>A lower limit that a number must be above.</summary>
    /// <param name="value">The limit.</param>
    public static Limit Above(double value) => new(value, Inclusive: false) { IsLower = true };

    /// <summary>A lower limit that a number may reach.</summary>
    /// <param name="value">The limit.</param>
    public static Limit AtLeast(double value) => new(value, Inclusive: true) { IsLower = true };

    /// <summary>Whether a number is within the limit. NaN is not.</summary>
    /// <param name="value">The number.</param>
    public bool IsKeptBy(double value) => (IsLower, Inclusive) switch
    {
        (false, true) => value <= Value,
        (false, false) => value < Value,
        (true, true) => value >= Value,
        (true, false) => value > Value,
    };

    /// <summary>The limit in words, such as <c>below 0.5</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Words}{Value}");

    private string Words => (IsLower, Inclusive) switch
    {
        _ when this == Zero => "",
        (false, true) => "at most ",
        (false, false) => "below ",
        (true, true) => "at least ",
        (true, false) => "above ",
    };
}
