using Ntm.Figures;
using Ntm.Paper.Drawing;

namespace Ntm.Paper.Report;

/// <summary>A figure as drawn, on its way into a report.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Described">What the report says of it.</param>
internal sealed record DrawnFigure(Figure Figure, ReportFigure Described)
{
    /// <summary>Writes it as PNG and as SVG.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string folder)
    {
        var path = Path.Combine(folder, Described.File);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Figure.SavePng($"{path}.png");
        Figure.SaveSvg($"{path}.svg");
    }
}
