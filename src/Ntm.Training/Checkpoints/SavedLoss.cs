using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training.Checkpoints;

/// <summary>The loss of a training. A function itself cannot be saved.</summary>
/// <param name="Kind">The built-in loss.</param>
/// <param name="IsFunction">Whether the task has a <see cref="SequenceTask.LossFunction"/> in its place.</param>
internal readonly record struct SavedLoss(LossKind Kind, bool IsFunction)
{
    public static SavedLoss Of(SequenceTask task) => new(task.Loss, task.LossFunction is not null);

    public override string ToString() => IsFunction ? $"a function for {Kind} targets" : $"{Kind}";
}
