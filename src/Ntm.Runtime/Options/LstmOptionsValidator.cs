using Microsoft.Extensions.Options;
using Ntm.Shared;

namespace Ntm.Core;

/// <summary>Checks the range of each property of <see cref="LstmOptions"/>. The constructor of <c>LstmNetwork</c> runs it as well.</summary>
public sealed class LstmOptionsValidator : IValidateOptions<LstmOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, LstmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = RangeRules.Violations(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <exception cref="OptionsValidationException">A value is out of range; the message names property, value and range.</exception>
    internal static void ThrowIfInvalid(LstmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var result = new LstmOptionsValidator().Validate(null, options);
        if (result.Failed)
            throw new OptionsValidationException(nameof(LstmOptions), typeof(LstmOptions), result.Failures);
    }
}
