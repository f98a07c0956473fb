namespace Ntm.Core;

/// <summary>A model that computes whole batches, gradient included, faster than through autograd. A trainer and an evaluator ask it for a pass, and
/// use <see cref="ISequenceModel.Logits"/> and autograd if it has none.</summary>
public interface IFusedSequenceModel : ISequenceModel
{
    /// <summary>Prepares passes of the model as it now is.</summary>
    /// <param name="loss">The loss.</param>
    /// <returns>The pass, the caller's to dispose; <see langword="null"/> if the model as it now is has none for this loss.</returns>
    ISequencePass? CreatePass(LossKind loss);
}
