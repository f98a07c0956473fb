using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training;

/// <summary>A score in total and by groups of channels, whose costs and counts add up to the total.</summary>
/// <param name="Total">All channels.</param>
/// <param name="Groups">Each of the task's <see cref="SequenceTask.ChannelGroups"/>, in their order.</param>
public sealed record SplitScore(SequenceScore Total, IReadOnlyList<GroupScore> Groups);

/// <summary>The score of a group of channels. The cost of the best possible predictions is known in total only.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Score">The score: a sequence counts as perfect if these channels have no wrong target.</param>
public sealed record GroupScore(string Name, SequenceScore Score);
