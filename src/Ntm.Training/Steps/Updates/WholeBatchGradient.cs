using Ntm.Core;
using Ntm.Training.Optimizers;

namespace Ntm.Training.Steps;

/// <summary>Computes the gradient of a batch at once, in this process alone.</summary>
internal sealed class WholeBatchGradient(TrainingStep step) : UpdateGradient
{
    public override FlatGradient Gradient => step.Gradient;

    public override bool IsGradientFinite => step.IsGradientFinite;

    public override string Description => step.Description;

    public override SequenceScore Run(TrainingData data, long first, int count) => step.Run(data.Load(first, count));

    public override int PartsOf(int batch) => 1;

    public override void Dispose() => step.Dispose();
}
