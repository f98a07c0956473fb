using Ntm.Shared;

namespace Ntm.Tasks;

/// <summary>The rules for the parts and options of a <see cref="DataTask"/> together.</summary>
internal static class DataTaskRules
{
    /// <summary>Returns a message for every option that contradicts the parts.</summary>
    public static string?[] Violations(DataTaskOptions options, SequenceData training, SequenceSource? validation, SequenceSource? test) =>
    [
        Share(nameof(options.ValidationShare), options.ValidationShare, training, validation, "validation"),
        Share(nameof(options.TestShare), options.TestShare, training, test, "test"),
        Groups(options, training.OutputSize),
    ];

    /// <exception cref="ArgumentException">A part does not fit the training part.</exception>
    public static void ThrowIfDifferent(SequenceData training, SequenceSource? part, string name)
    {
        if (part is null)
            return;
        if (part.InputSize != training.InputSize || part.OutputSize != training.OutputSize)
        {
            throw new ArgumentException(
                $"{name} has InputSize {part.InputSize} and OutputSize {part.OutputSize}; expected {training.InputSize} and {training.OutputSize}, like training.", name);
        }

        if (part.Count < 1)
            throw new ArgumentException($"{name} has {part.Count} sequences; expected at least 1.", name);
    }

    private static string? Share(string option, double? share, SequenceData training, SequenceSource? part, string name)
    {
        if (share is not > 0)
            return null;
        if (part is not null)
            return Message(option, share, $"null where there is a {name} part");
        return training is SequenceSource ? null : Message(option, share, "null where the training part is a stream, of which nothing can be held out");
    }

    private static string? Groups(DataTaskOptions options, int channels)
    {
        var next = 0;
        foreach (var group in options.ChannelGroups)
        {
            if (group is null || group.First != next || group.Count < 1)
                return Message(nameof(options.ChannelGroups), group, $"a group that begins with channel {next}: every channel once, in order");
            next += group.Count;
        }

        return next == 0 || next == channels
            ? null
            : Message(nameof(options.ChannelGroups), $"groups of {next} channels", $"groups of the {channels} channels of a target");
    }

    private static string Message(string option, object? value, string expected) => RangeRules.Message(typeof(DataTaskOptions), option, value, expected);
}
