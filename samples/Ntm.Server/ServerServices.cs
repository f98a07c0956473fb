using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace Ntm.Server;

/// <summary>The server's services: sessions, limits, health and metrics.</summary>
internal static class ServerServices
{
    public static void AddServer(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ServerOptions>().Bind(configuration.GetSection("Server"), binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ServerOptions>, ServerOptionsRules>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<Computations>();
        services.AddSingleton<Stepper>();
        services.AddSingleton<SessionTable>();
        services.AddHostedService<SessionFolder>();
        services.AddHostedService<SessionSweeper>();
        services.AddHostedService<Drain>();
        services.AddHealthChecks().AddCheck<ReadyCheck>("ready");

        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<ServerOptions>>((timeouts, server) =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = server.Value.RequestTimeout });
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ServerOptions>>((kestrel, server) =>
            (kestrel.AddServerHeader, kestrel.Limits.MaxRequestBodySize) = (false, server.Value.MaxBodyBytes));
        services.AddOptions<HostOptions>().Configure<IOptions<ServerOptions>>((host, server) =>
            host.ShutdownTimeout = server.Value.DrainTime + server.Value.StopTimeout);

        services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(ServerMetrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime").AddPrometheusExporter();
            // The variable of the OpenTelemetry specification; without it there is nothing to send to.
            if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
                metrics.AddOtlpExporter();
        });
    }
}
