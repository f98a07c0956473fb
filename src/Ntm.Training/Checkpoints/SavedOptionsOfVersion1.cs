using System.Text.Json;

namespace Ntm.Training.Checkpoints;

/// <summary>The options in version 1 of the checkpoint format: the numbers of all optimizers in one record. Only read, never written.</summary>
internal sealed record SavedOptionsOfVersion1(
    string Optimizer,
    double LearningRate,
    LearningRateSchedule Schedule,
    double FinalRate,
    double Alpha,
    double Momentum,
    double Beta1,
    double Beta2,
    double? Epsilon,
    double? GradientClip,
    int BatchSize,
    int Seed)
{
    /// <exception cref="JsonException">Version 1 does not have the optimizer.</exception>
    public SavedOptions Convert()
    {
        OptimizerOptions optimizer = Optimizer switch
        {
            "graves-rmsprop" => new GravesRmsProp { Alpha = Alpha, Momentum = Momentum, Epsilon = Epsilon ?? 1e-4 },
            "rmsprop" => new RmsProp { Alpha = Alpha, Momentum = Momentum, Epsilon = Epsilon ?? 1e-8 },
            "adam" => new Adam { Beta1 = Beta1, Beta2 = Beta2, Epsilon = Epsilon ?? 1e-8 },
            _ => throw new JsonException($"The optimizer is '{Optimizer}'; expected graves-rmsprop, rmsprop or adam."),
        };
        optimizer.LearningRate = LearningRate;
        return new SavedOptions(optimizer, Schedule, FinalRate, GradientClip is { } value ? new ClipByValue { ClipValue = value } : new NoClipping(), BatchSize, Seed);
    }
}
