using Microsoft.Extensions.Options;

namespace Ntm.Server;

/// <summary>The ranges of the options. A message names the option, its value and what was expected.</summary>
internal sealed class ServerOptionsRules : IValidateOptions<ServerOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        var faults = new List<string>();
        Check(nameof(options.MaxSessions), options.MaxSessions, 1, 10_000_000);
        Check(nameof(options.SessionIdle), options.SessionIdle, Shortest, Longest);
        Check(nameof(options.MaxBodyBytes), options.MaxBodyBytes, 100, 1 << 30);
        Check(nameof(options.MaxSteps), options.MaxSteps, 1, 10_000_000);
        Check(nameof(options.RequestTimeout), options.RequestTimeout, Shortest, Longest);
        Check(nameof(options.MaxComputations), options.MaxComputations, 0, 65536);
        Check(nameof(options.MaxWaiting), options.MaxWaiting, 0, 1_000_000);
        Check(nameof(options.DrainTime), options.DrainTime, TimeSpan.Zero, Longest);
        Check(nameof(options.StopTimeout), options.StopTimeout, TimeSpan.Zero, Longest);
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;

        void Check<T>(string option, T value, T least, T most)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
                faults.Add($"Server:{option} is {value}; expected {least} to {most}.");
        }
    }
}
