using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Ntm.Server;

/// <summary>Answers every request that is not served by a problem of RFC 9457, whatever has refused it: an endpoint, routing, a limit, or an error. The first in the
/// pipeline.</summary>
internal sealed partial class Problems(RequestDelegate next, IOptions<ServerOptions> options, ServerMetrics metrics, ILogger<Problems> logger)
{
    private const int SecondsToRetry = 1;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            // Routing and the time limit set a status alone.
            if (context.Response is { StatusCode: >= 400, HasStarted: false, ContentLength: null, ContentType: null })
                await WriteAsync(context, context.Response.StatusCode, ReasonOf(context.Response.StatusCode), DetailOf(context, context.Response.StatusCode));
        }
        catch (RefusedException e)
        {
            await WriteAsync(context, e.Status, e.Reason, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await WriteAsync(context, e.StatusCode, ReasonOf(e.StatusCode), DetailOf(context, e.StatusCode));
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            metrics.Refused("client-gone");
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Failed(logger, context.Request.Method, context.Request.Path, e);
            await WriteAsync(context, StatusCodes.Status500InternalServerError, "error", "The server failed; its log has the reason.");
        }
    }

    private async Task WriteAsync(HttpContext context, int status, string reason, string detail)
    {
        metrics.Refused(reason);
        var response = context.Response;
        if (response.HasStarted)
        {
            context.Abort();
            return;
        }

        // Allow stays, which routing has set.
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status503ServiceUnavailable)
            response.Headers[HeaderNames.RetryAfter] = SecondsToRetry.ToString();
        var problem = new Problem("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail);
        await response.WriteAsJsonAsync(problem, AnswerJson.Readable.Problem, "application/problem+json", CancellationToken.None);
    }

    private static string ReasonOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => "unknown-path",
        StatusCodes.Status405MethodNotAllowed => "method",
        StatusCodes.Status408RequestTimeout => "slow-body",
        StatusCodes.Status413PayloadTooLarge => "body-size",
        StatusCodes.Status504GatewayTimeout => "time",
        _ => "http",
    };

    private string DetailOf(HttpContext context, int status) => status switch
    {
        StatusCodes.Status404NotFound => $"There is nothing at '{Excerpt(context.Request.Path)}'; expected /model, /predict, /sessions, /health/live, /health/ready or /metrics.",
        StatusCodes.Status405MethodNotAllowed => $"The method is {Excerpt(context.Request.Method)}; expected {context.Response.Headers.Allow}.",
        StatusCodes.Status408RequestTimeout => "The body came too slowly; expected it without long breaks.",
        StatusCodes.Status413PayloadTooLarge => $"The body has {context.Request.ContentLength?.ToString() ?? "too many"} bytes; expected at most {options.Value.MaxBodyBytes}.",
        StatusCodes.Status504GatewayTimeout => $"The request took longer than {options.Value.RequestTimeout.TotalSeconds} s, and nothing was changed; expected fewer steps, or fewer requests at the same time.",
        _ => "The request is not one of HTTP as the server understands it; expected complete headers, and a body of the announced length.",
    };

    private static string Excerpt(string? text) => text is { Length: > 80 } ? text[..80] + "..." : text ?? "";

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed.")]
    private static partial void Failed(ILogger logger, string method, string path, Exception e);
}
