// Serves a model over HTTP, without torch: whole sequences, and streams whose state the server keeps in sessions.
//
//     dotnet run -c Release --project samples/Ntm.Server [-- MODEL [--urls http://127.0.0.1:5080] [--Server:MaxSessions 100]]
//     curl http://127.0.0.1:5080/model
//     curl http://127.0.0.1:5080/predict --json '{"inputs": [[1, 0, 0, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 1]]}'
//     curl -X POST http://127.0.0.1:5080/sessions
//     curl http://127.0.0.1:5080/sessions/ID/steps --json '{"inputs": [[1, 0, 0, 1, 0, 0, 0, 0, 0]]}'
//     curl http://127.0.0.1:5080/metrics
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Ntm.Runtime;
using Ntm.Runtime.Serving;
using Ntm.Server;

var path = args is [{ } first, ..] && !first.StartsWith("--", StringComparison.Ordinal) ? first : "models/copy-ntm-lstm/model.safetensors";
var builder = WebApplication.CreateSlimBuilder([.. args.SkipWhile(argument => argument == path)]);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

// One model for all requests: any number of threads may compute with it at the same time.
builder.Services.AddNtmModel(path);
builder.Services.AddServer(builder.Configuration);
try
{
    await using var app = builder.Build();
    // The start of the server would load it as well, and report a failure with a stack trace.
    _ = app.Services.GetRequiredService<NtmModel>();
    app.UseMiddleware<Problems>();
    app.UseRouting();
    app.UseRequestTimeouts();
    app.MapModel();
    app.MapSessions();
    app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
    app.MapHealthChecks("/health/ready");
    app.MapPrometheusScrapingEndpoint();
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is OptionsValidationException or InvalidOperationException or IOException)
{
    // An option out of range, a model that cannot be loaded, an address that is in use.
    Console.Error.WriteLine(e.Message);
    return 1;
}
