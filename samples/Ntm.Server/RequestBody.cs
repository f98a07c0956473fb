using Microsoft.Net.Http.Headers;

namespace Ntm.Server;

/// <summary>Reads the body of a request whole, up to the limit that the web server enforces.</summary>
internal static class RequestBody
{
    /// <summary>The content type of a saved session.</summary>
    public const string State = "application/octet-stream";

    private const int LargestFirstBuffer = 1 << 16;

    /// <summary>Reads a body of JSON.</summary>
    /// <exception cref="RefusedException">The content has another type.</exception>
    public static Task<MemoryStream> ReadJsonAsync(HttpRequest request, CancellationToken cancelled)
    {
        RequireType(request, "application/json");
        return ReadAsync(request, cancelled);
    }

    /// <summary>Reads a body.</summary>
    public static async Task<MemoryStream> ReadAsync(HttpRequest request, CancellationToken cancelled)
    {
        // A client may announce a length that it does not send.
        var body = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, LargestFirstBuffer));
        await request.Body.CopyToAsync(body, cancelled);
        body.Position = 0;
        return body;
    }

    /// <exception cref="RefusedException">The content has another type, or is compressed.</exception>
    public static void RequireType(HttpRequest request, string expected)
    {
        var isType = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals(expected, StringComparison.OrdinalIgnoreCase) &&
            (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
        if (!isType)
            throw Unsupported($"The content type is {(request.ContentType is { } found ? $"'{found}'" : "missing")}; expected {expected}.");
        if (request.Headers.ContentEncoding.Count > 0)
            throw Unsupported($"The content encoding is '{request.Headers.ContentEncoding}'; expected none.");
    }

    private static RefusedException Unsupported(string message) => new(StatusCodes.Status415UnsupportedMediaType, "content-type", message);
}
