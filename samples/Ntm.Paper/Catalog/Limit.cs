namespace Ntm.Paper.Catalog;

/// <summary>What a number has to be to reach a goal.</summary>
/// <param name="Value">The limit.</param>
/// <param name="Inclusive">Whether the limit itself is good enough.</param>
internal readonly record struct Limit(double Value, bool Inclusive)
{
    /// <summary>Not a single one.</summary>
    public static Limit Zero { get; } = new(0, Inclusive: true);

    public static Limit Below(double value) => new(value, Inclusive: false);

    public bool IsKeptBy(double value) => Inclusive ? value <= Value : value < Value;

    public override string ToString() => FormattableString.Invariant($"{(this == Zero ? "" : Inclusive ? "at most " : "below ")}{Value}");
}
