using System.Diagnostics.CodeAnalysis;
using Ntm.Shared;

namespace Ntm.Tasks;

/// <summary>Checks the options in the constructors of all tasks.</summary>
internal static class TaskOptions
{
    /// <exception cref="ArgumentException">A range is violated, or one of <paramref name="crossFieldViolations"/> is not null.</exception>
    public static void ThrowIfInvalid<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(T options, params string?[] crossFieldViolations)
    {
        var failures = RangeRules.Violations(options).Concat(crossFieldViolations.OfType<string>()).ToList();
        if (failures.Count > 0)
            throw new ArgumentException(string.Join(" ", failures), nameof(options));
    }

    /// <summary>Returns the message if an upper bound is below its lower bound, otherwise null.</summary>
    public static string? Ordered(object options, string minName, int min, string maxName, int max) =>
        max < min ? RangeRules.Message(options.GetType(), maxName, max, $"at least {minName} = {min}") : null;
}
