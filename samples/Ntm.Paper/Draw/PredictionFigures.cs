using Ntm.Figures;
using Ntm.Tasks;
using static TorchSharp.torch;

namespace Ntm.Paper.Draw;

/// <summary>
/// The predictions of a model of the N-gram task beside those of the optimal predictor on the same sequence (figure 14 of the paper).
/// What stands at a step is the bit after it and the predictions of that bit.
/// </summary>
internal static class PredictionFigures
{
    public static IEnumerable<(string Name, Figure Figure)> Of(string title, NGramTask task, SequenceBatch batch, Tensor outputs)
    {
        var (bits, model) = (batch.Targets.Matrix(), outputs.Matrix());
        float[] sequence = [batch.Inputs[0, 0, 0].item<float>(), .. bits.Cast<float>()];
        var optimum = NGramOptimum.Predict(sequence, task.Context);
        return [("outputs", Maps(title, bits, model, optimum)), ("predictions", Curves(title, bits, model, optimum))];
    }

    private static MatrixFigure Maps(string title, float[,] bits, float[,] model, double[] optimum)
    {
        var optimal = new float[optimum.Length, 1];
        for (var t = 0; t < optimum.Length; t++)
            optimal[t, 0] = (float)optimum[t];
        return new MatrixFigure(
            title, Panel("Next bit", bits), Panel("The model's probability of a one", model), Panel("The optimal predictor's probability of a one", optimal));

        static MatrixPanel Panel(string name, float[,] values) => new(name, values);
    }

    private static CurveFigure Curves(string title, float[,] bits, float[,] model, double[] optimum)
    {
        double[] steps = [.. Enumerable.Range(0, optimum.Length).Select(t => (double)t)];
        double[] predicted = [.. model.Cast<float>().Select(p => (double)p)];
        return new CurveFigure(
            $"{title}: predictions",
            new CurvePanel("probability of a one", new Curve("model", steps, predicted), new Curve("optimal predictor", steps, optimum)),
            new CurvePanel("cost so far (bits)", new Curve("model", steps, Costs(predicted)), new Curve("optimal predictor", steps, Costs(optimum))))
        {
            XLabel = "time step",
            XUnit = 1,
        };

        double[] Costs(double[] probabilities)
        {
            var (costs, sum) = (new double[probabilities.Length], 0.0);
            for (var t = 0; t < costs.Length; t++)
                costs[t] = sum -= Math.Log2(bits[t, 0] > 0.5f ? probabilities[t] : 1 - probabilities[t]);
            return costs;
        }
    }
}
