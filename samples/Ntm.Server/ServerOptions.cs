namespace Ntm.Server;

/// <summary>The limits of the server, the section <c>Server</c> of its configuration: <c>--Server:MaxSessions 100</c> on the command line, or
/// <c>Server__MaxSessions=100</c> in the environment.</summary>
internal sealed class ServerOptions
{
    /// <summary>Whether the outputs are the model's logits, for classes and numbers; by default they are the probabilities of a model of bits.</summary>
    public bool Logits { get; set; }

    /// <summary>The number of sessions that may be open at the same time.</summary>
    public int MaxSessions { get; set; } = 1000;

    /// <summary>The time since its last step after which a session is closed.</summary>
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The size of the largest body of a request.</summary>
    public int MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>The number of input vectors that a request may have.</summary>
    public int MaxSteps { get; set; } = 10_000;

    /// <summary>The time that a request may take, waiting included.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The number of requests that compute at the same time; 0 for one per core.</summary>
    public int MaxComputations { get; set; }

    /// <summary>The number of requests that wait for their turn to compute.</summary>
    public int MaxWaiting { get; set; } = 256;

    /// <summary>The time between the request to stop and the end of accepting connections, in which the server is not ready: for load balancers.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.Zero;

    /// <summary>The time that running requests have to end after the request to stop.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The folder in which open sessions are saved when the server stops, to continue after the next start; none if empty.</summary>
    public string SessionFolder { get; set; } = "";
}
