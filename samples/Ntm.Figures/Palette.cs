namespace Ntm.Figures;

/// <summary>
/// How the curves of a figure differ: the colours that Okabe and Ito chose for every kind of colour vision (2008), without the
/// yellow, which is too faint for a line on white; then the same colours dashed.
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

    /// <summary>A level to reach rather than data.</summary>
    public static Stroke Goal { get; } = new(new Rgb(0x77, 0x77, 0x77), 1.5, [6, 4]);
}
