namespace Ntm.Figures;

/// <summary>
/// The styles of the curves of a figure: the colors that Okabe and Ito (2008) chose for every kind of color vision, without
/// yellow, which is too faint for a line on white; then the same colors dashed.
/// </summary>
internal static class Palette
{
    private static readonly Rgb[] s_colours =
    [
        new(0x00, 0x72, 0xb2), // blue
        new(0xd5, 0x5e, 0x00), // vermilion
        new(0x00, 0x9e, 0x73), // bluish green
        new(0xcc, 0x79, 0xa7), // reddish purple
        new(0x56, 0xb4, 0xe9), // sky blue
        new(0xe6, 0x9f, 0x00), // orange
        new(0x00, 0x00, 0x00),
    ];

    private static readonly double[]?[] s_dashes = [null, [8, 4], [2, 3], [10, 3, 2, 3]];

    public static Stroke Curve(int index) =>
        new(s_colours[index % s_colours.Length], 2, s_dashes[index / s_colours.Length % s_dashes.Length]);

    /// <summary>The style of a goal, which is not data.</summary>
    public static Stroke Goal { get; } = new(new Rgb(0x77, 0x77, 0x77), 1.5, [6, 4]);
}
