using Microsoft.Extensions.Options;
using Ntm.Shared;

namespace Ntm.Core;

/// <summary>
/// Checks <see cref="NtmOptions"/>: the range of each property, and the rules across properties. The constructors of
/// <c>NtmCell</c> and <c>NeuralTuringMachine</c> run it as well.
/// </summary>
public sealed class NtmOptionsValidator : IValidateOptions<NtmOptions>
{
    /// <summary>The largest number of elements of one sample's memory matrix, <c>N * M</c>.</summary>
    public const long LargestMemory = 1L << 28;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, NtmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = RangeRules.Violations(options).ToList();
        // Rules across properties are checked only if each property is valid.
        if (failures.Count == 0)
            failures.AddRange(CrossFieldViolations(options));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <exception cref="OptionsValidationException">A value is out of range; the message names property, value and range.</exception>
    internal static void ThrowIfInvalid(NtmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var result = new NtmOptionsValidator().Validate(null, options);
        if (result.Failed)
            throw new OptionsValidationException(nameof(NtmOptions), typeof(NtmOptions), result.Failures);
    }

    private static IEnumerable<string> CrossFieldViolations(NtmOptions options)
    {
        if (options.Addressing == AddressingKind.ContentAndLocation
            && 2L * options.ShiftRange + 1 > options.MemoryLocations)
        {
            yield return RangeRules.Message(typeof(NtmOptions), nameof(NtmOptions.ShiftRange), options.ShiftRange,
                $"at most {(options.MemoryLocations - 1) / 2}, since 2 * ShiftRange + 1 shifts must fit into MemoryLocations = {options.MemoryLocations}");
        }

        if ((long)options.MemoryLocations * options.MemoryWidth > LargestMemory)
        {
            yield return RangeRules.Message(typeof(NtmOptions), nameof(NtmOptions.MemoryLocations), options.MemoryLocations,
                $"at most {LargestMemory / options.MemoryWidth} with MemoryWidth = {options.MemoryWidth}");
        }
    }
}
