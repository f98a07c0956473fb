using System.Diagnostics.Metrics;

namespace Ntm.Server;

/// <summary>The server's own metrics, beside those of ASP.NET Core and .NET.</summary>
internal sealed class ServerMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Ntm.Server";

    private readonly UpDownCounter<long> _sessions;
    private readonly Counter<long> _steps;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _refused;

    public ServerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _sessions = meter.CreateUpDownCounter<long>("ntm.sessions", "{session}", "Open sessions.");
        _steps = meter.CreateCounter<long>("ntm.steps", "{step}", "Steps computed.");
        _duration = meter.CreateHistogram("ntm.step.duration", "s", "The time of a step.", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 1e-2, 1e-1, 1],
        });
        _refused = meter.CreateCounter<long>("ntm.refused", "{request}", "Requests that were not served, by reason.");
    }

    public void SessionOpened() => _sessions.Add(1);

    public void SessionClosed() => _sessions.Add(-1);

    public void Stepped(TimeSpan duration)
    {
        _steps.Add(1);
        _duration.Record(duration.TotalSeconds);
    }

    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
