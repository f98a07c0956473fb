using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Tasks;

/// <summary>The losses of a task whose groups of channels each have their own.</summary>
internal static class GroupLosses
{
    /// <summary>Returns the parts of a task's target with the loss of each: its groups if they have losses, otherwise all channels.</summary>
    /// <exception cref="InvalidOperationException">Some groups have a loss and others have none, or they do not hold every channel once.</exception>
    public static (ReferenceLoss Loss, int First, int Count)[] Of(SequenceTask task)
    {
        var groups = task.ChannelGroups;
        ThrowIfIncomplete(task, groups);
        if (groups.All(group => group.Loss is null))
            return [(ReferenceLoss.Of(task.Loss), 0, task.OutputSize)];
        if (groups.FirstOrDefault(group => group.Loss is null) is { } without)
        {
            throw new InvalidOperationException(
                $"The group '{without.Name}' of the task {task.Name} has no {nameof(ChannelGroup.Loss)}, but others have; expected one for every group or for none.");
        }

        return [.. groups.Select(group => (ReferenceLoss.Of(group.Loss!.Value), group.First, group.Count))];
    }

    /// <exception cref="InvalidOperationException">The groups do not hold every channel once, in order.</exception>
    private static void ThrowIfIncomplete(SequenceTask task, IReadOnlyList<ChannelGroup> groups)
    {
        var next = 0;
        foreach (var group in groups)
        {
            if (group.First != next || group.Count < 1)
                throw Incomplete();
            next += group.Count;
        }

        if (next != task.OutputSize)
            throw Incomplete();

        InvalidOperationException Incomplete() => new(
            $"The {nameof(task.ChannelGroups)} of the task {task.Name} must hold the channels 0 to {task.OutputSize - 1} once each, in order.");
    }

    /// <summary>Returns the sum of the groups' losses; <see langword="null"/> if they have none.</summary>
    public static LossFunction? FunctionOf(SequenceTask task)
    {
        if (task.ChannelGroups.All(group => group.Loss is null))
            return null;
        var parts = Of(task);
        return (logits, batch) =>
        {
            var sum = zeros(1, dtype: logits.dtype, device: logits.device);
            foreach (var (loss, first, count) in parts)
                sum = sum + SequenceLoss.Mean(logits.narrow(2, first, count), batch.Targets.narrow(2, first, count), batch.Mask, loss.Kind);
            return sum;
        };
    }
}
