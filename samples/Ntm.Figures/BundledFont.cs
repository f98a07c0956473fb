using SkiaSharp;

namespace Ntm.Figures;

/// <summary>
/// The typefaces of all figures: Inter, read from data embedded in this assembly. The system's fonts are never used,
/// because a fresh Linux has none and no two machines have the same.
/// </summary>
/// <remarks>
/// Inter 3.19, copyright 2020 The Inter Project Authors (https://github.com/rsms/inter), SIL Open Font License 1.1; notice and
/// licence are in the font's own name table. It comes with the package Avalonia.Fonts.Inter (MIT) when the project is built.
/// </remarks>
internal static class BundledFont
{
    private const string Resource = "Ntm.Figures.Fonts";

    private static readonly Lazy<SKTypeface> s_regular = new(() => Load("/Assets/Inter-Regular.ttf"));
    private static readonly Lazy<SKTypeface> s_strong = new(() => Load("/Assets/Inter-SemiBold.ttf"));

    public static SKTypeface Regular => s_regular.Value;

    public static SKTypeface Strong => s_strong.Value;

    private static SKTypeface Load(string path)
    {
        using Stream stream = typeof(BundledFont).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource '{Resource}' with the figures' font is not embedded in this assembly.");
        byte[] font = FontArchive.Read(stream, path);
        using var data = SKData.CreateCopy(font);
        return SKTypeface.FromData(data)
            ?? throw new InvalidOperationException($"The embedded font '{path}' cannot be read.");
    }
}
