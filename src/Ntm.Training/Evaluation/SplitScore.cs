using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training;

/// <summary>A score in all and by groups of channels, whose costs and counts add up to those in all.</summary>
/// <param name="Total">All channels.</param>
/// <param name="Groups">Each of the task's <see cref="SequenceTask.ChannelGroups"/>, in their order.</param>
public sealed record SplitScore(SequenceScore Total, IReadOnlyList<GroupScore> Groups);

/// <summary>The score of a group of channels. What the best possible predictions would cost is known in all only.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Score">Its score: a sequence is perfect if it is in these channels.</param>
public sealed record GroupScore(string Name, SequenceScore Score);
