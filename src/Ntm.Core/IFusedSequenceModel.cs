namespace Ntm.Core;

/// <summary>A model that computes whole batches, gradients included, faster than autograd does. The trainer and the evaluator call <see cref="CreatePass"/>.
/// They
/// use <see cref="ISequenceModel.Logits"/> and autograd if it returns none.</summary>
public interface IFusedSequenceModel : ISequenceModel
{
    /// <summary>Creates a pass over the model in its current state.</summary>
    /// <param name="loss">The loss.</param>
    /// <returns>The pass, which the caller disposes; <see langword="null"/> if the model in its current state has no pass for this loss.</returns>
    ISequencePass? CreatePass(LossKind loss);
}
