using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Observers;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>
/// Writes a training for TensorBoard: cost, smoothed cost, errors, gradient norm and learning rate with every point of the learning curve,
/// cost, errors and the training's metrics on held-out sequences with every evaluation. For a <see cref="NeuralTuringMachine"/> it also writes how sharp the heads' weightings are,
/// and images of the weightings over one held-out sequence. Steps are sequences trained on.
/// </summary>
/// <remarks>A training that resumes writes another file into the same folder. TensorBoard shows the newer file if both have a step.</remarks>
public sealed class TensorBoardLog : ITrainingObserver
{
    private readonly EventFileWriter _writer;
    private readonly bool _images;
    private SequenceBatch? _example;

    /// <summary>Creates the observer.</summary>
    /// <param name="folder">The log folder for TensorBoard; created if it does not exist.</param>
    /// <param name="images">Whether to write images of the weightings.</param>
    public TensorBoardLog(string folder, bool images = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        _writer = new EventFileWriter(folder);
        _images = images;
    }

    /// <inheritdoc />
    public void OnProgress(TrainingContext training, TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(progress);
        var step = progress.Point.Sequences;
        Scalar("training/cost", progress.Point.MeanCost, step);
        Scalar("training/cost, smoothed", progress.SmoothedCost, step);
        Scalar($"training/{ReferenceLoss.Of(training.Task.Loss).WrongName}", progress.Point.MeanWrong, step);
        Scalar("training/gradient norm", progress.GradientNorm, step);
        Scalar("training/learning rate", progress.LearningRate, step);
    }

    /// <inheritdoc />
    public void OnEvaluated(TrainingContext training, EvaluationPoint evaluation)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(evaluation);
        var step = evaluation.Sequences;
        Scalar("held out/cost", evaluation.Score.MeanCost, step);
        Scalar($"held out/{ReferenceLoss.Of(training.Task.Loss).WrongName}", evaluation.Score.MeanWrong, step);
        // Under a heading of their own: one may have the name of a number above.
        foreach (var (name, value) in evaluation.Metrics)
            Scalar($"metrics/{name}", value, step);
        if (training.Model is NeuralTuringMachine machine)
            Heads(machine, training.Task, step);
    }

    /// <inheritdoc />
    public void OnEnded(TrainingContext training, TrainingResult result)
    {
        _example?.Dispose();
        _example = null;
    }

    private void Heads(NeuralTuringMachine machine, SequenceTask task, long step)
    {
        _example ??= task.Batch(task.CountOf(DataPart.Test) == 0 ? SequenceSeeds.Validation(0) : SequenceSeeds.HeldOut(0), 0, 1);
        using var mode = EvaluationMode.Enter(machine);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var trace = machine.Trace(_example.Inputs);
        foreach (var (kind, weightings) in (ReadOnlySpan<(string, Tensor)>)[("read", trace.ReadWeightings), ("write", trace.WriteWeightings)])
        {
            Scalar($"heads/{kind}, weight of the first location", weightings.amax([-1]).mean().ToSingle(), step);
            if (!_images)
                continue;
            for (var head = 0; head < weightings.size(2); head++)
            {
                _writer.Picture($"weightings/{kind} head {head}", Picture(weightings.select(2, head).select(1, 0)), step);
            }
        }
    }

    private void Scalar(string name, double value, long step) => _writer.Scalar(name, (float)value, step);

    /// <summary>Draws a row for each location and a column for each step, like the paper.</summary>
    /// <param name="weightings"><c>[T, N]</c></param>
    private static byte[,] Picture(Tensor weightings)
    {
        using var scope = NewDisposeScope();
        var values = weightings.to(float32).contiguous().data<float>();
        var picture = new byte[weightings.size(1), weightings.size(0)];
        for (var row = 0; row < picture.GetLength(0); row++)
            for (var column = 0; column < picture.GetLength(1); column++)
                picture[row, column] = (byte)Math.Clamp(255 * values[column * picture.GetLength(0) + row], 0, 255);
        return picture;
    }
}
