namespace Ntm.Figures;

/// <summary>A text with its place.</summary>
/// <param name="Value">One line of text.</param>
/// <param name="At">The point that the text is aligned with.</param>
/// <param name="Style">Size and weight.</param>
/// <param name="AlignX">The part of the text's width before the point: 0 starts at the point, 1 ends there.</param>
/// <param name="AlignY">The part of the capital height below the point: 0 puts the text above the point, 1 below it.</param>
/// <param name="Upwards">Whether the text runs from bottom to top; the alignments turn with it.</param>
internal readonly record struct PlacedText(
    string Value, Point At, TextStyle Style, double AlignX = 0, double AlignY = 0, bool Upwards = false);
