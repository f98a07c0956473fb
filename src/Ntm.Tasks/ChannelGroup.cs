namespace Ntm.Tasks;

/// <summary>Adjacent channels of a task's target whose cost and errors are reported together.</summary>
/// <param name="Name">The name in reports, lower case, such as <c>end marker</c>.</param>
/// <param name="First">The first channel.</param>
/// <param name="Count">The number of channels.</param>
public sealed record ChannelGroup(string Name, int First, int Count);
