using Ntm.Core;

namespace Ntm.Tasks;

/// <summary>Adjacent channels of a task's target whose cost and errors are reported together.</summary>
/// <param name="Name">The name in reports, lower case, such as <c>end marker</c>.</param>
/// <param name="First">The first channel.</param>
/// <param name="Count">The number of channels.</param>
public sealed record ChannelGroup(string Name, int First, int Count)
{
    /// <summary>The loss of these channels alone; <see langword="null"/> if they are a part of the task's <see cref="SequenceTask.Loss"/>. The groups of a
    /// task either all have a loss or all have none; the loss of a step is then the sum over its groups.</summary>
    public LossKind? Loss { get; init; }
}
