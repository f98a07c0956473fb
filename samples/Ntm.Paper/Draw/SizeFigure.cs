using Ntm.Figures;
using Ntm.Training;

namespace Ntm.Paper.Draw;

/// <summary>Cost and errors over the size of the sequences, a curve for each model (figure 11 of the paper).</summary>
internal static class SizeFigure
{
    /// <param name="title">The title.</param>
    /// <param name="axis">What the sizes are.</param>
    /// <param name="models">Each model's name and results, by size.</param>
    public static CurveFigure Of(string title, string axis, IReadOnlyList<(string Name, IReadOnlyList<(int Size, EvaluationResult Result)> Results)> models)
    {
        return new CurveFigure(title, Panel("cost (bits/sequence)", r => r.MeanCost), Panel("errors (bits/sequence)", r => r.MeanWrong)) { XLabel = axis, XUnit = 1 };

        CurvePanel Panel(string label, Func<EvaluationResult, double> value) =>
            new(label, [.. models.Select(m => new Curve(m.Name, [.. m.Results.Select(r => (double)r.Size)], [.. m.Results.Select(r => value(r.Result))]))]);
    }
}
