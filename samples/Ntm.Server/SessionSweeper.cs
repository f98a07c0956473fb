using Microsoft.Extensions.Options;

namespace Ntm.Server;

/// <summary>Closes idle sessions, several times in the time after which one is idle.</summary>
internal sealed class SessionSweeper(SessionTable sessions, IOptions<ServerOptions> options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SessionIdle / 4, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            sessions.CloseIdle();
    }
}
