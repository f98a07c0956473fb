using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Ntm.Server;

/// <summary>Lets as many requests compute as there are cores. Further ones wait for their turn, up to a limit; those beyond it are refused at once.</summary>
internal sealed class Computations : IDisposable
{
    private readonly ConcurrencyLimiter _limiter;
    private readonly int _waiting;

    public Computations(IOptions<ServerOptions> options)
    {
        _waiting = options.Value.MaxWaiting;
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.Value.MaxComputations is > 0 and var limit ? limit : Environment.ProcessorCount,
            QueueLimit = _waiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>Waits for the request's turn.</summary>
    /// <param name="cancelled">Ends the wait.</param>
    /// <returns>The turn, until it is disposed.</returns>
    /// <exception cref="RefusedException">Too many requests wait.</exception>
    public async ValueTask<IDisposable> TurnAsync(CancellationToken cancelled)
    {
        var lease = await _limiter.AcquireAsync(1, cancelled);
        if (lease.IsAcquired)
            return lease;
        lease.Dispose();
        throw new RefusedException(
            StatusCodes.Status503ServiceUnavailable, "computations", $"All computations are in use, and {_waiting} requests wait for one; expected fewer: try again later.");
    }

    public void Dispose() => _limiter.Dispose();
}
