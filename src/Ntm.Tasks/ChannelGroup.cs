namespace Ntm.Tasks;

/// <summary>Neighbouring channels of a task's target whose cost and errors are reported together.</summary>
/// <param name="Name">Its name in reports, lower case, such as <c>end marker</c>.</param>
/// <param name="First">Its first channel.</param>
/// <param name="Count">Its channels.</param>
public sealed record ChannelGroup(string Name, int First, int Count);
