using Ntm.Figures;

namespace Ntm.Paper.Draw;

/// <summary>A panel of inputs, targets or outputs: bits and probabilities from 0 to 1, other numbers around 0.</summary>
internal static class SignalPanel
{
    // Rounding may leave a probability slightly above 1.
    private const float Tolerance = 1e-4f;

    public static MatrixPanel Of(string name, float[,] values, int firstStep = 0) => values.Cast<float>().All(v => v is > -Tolerance and < 1 + Tolerance)
        ? new MatrixPanel(name, values) { FirstStep = firstStep }
        : new MatrixPanel(name, values) { FirstStep = firstStep, Range = ValueRange.Around0(values), Colours = ColourMap.Diverging };
}
