using System.Net;
using System.Net.Sockets;
using System.Text;
using Ntm.Core.Tests.NativeLoading;
using Ntm.Paper.Tests.Support;

namespace Ntm.Samples.Tests;

/// <summary>The page of <c>Ntm.Browser</c>, published when a test first needs it, and served on loopback.</summary>
public sealed class BrowserPage : IDisposable
{
    private const string Name = "Ntm.Browser";

    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html",
        [".css"] = "text/css",
        [".js"] = "text/javascript",
        [".wasm"] = "application/wasm",
        [".json"] = "application/json",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-browser-").FullName;
    private readonly Lazy<string> _output;
    private readonly HttpListener _listener = new();
    private string _extra = "";

    public BrowserPage()
    {
        _output = new Lazy<string>(Publish);
        Address = $"http://127.0.0.1:{FreePort()}/";
        _listener.Prefixes.Add(Address);
    }

    public string Address { get; }

    /// <summary>The published files.</summary>
    public string Root
    {
        get
        {
            if (Browser.Program is null)
                Assert.Skip("Chromium is not installed ('apt-get install chromium').");
            _ = _output.Value;
            return Path.Combine(_folder, "published", "wwwroot");
        }
    }

    /// <summary>The text that publishing has printed.</summary>
    public string Output => _output.Value;

    /// <summary>Opens the page with a script at its end.</summary>
    public Task<(string Document, string Console)> OpenAsync(string script, int width, params string[] arguments)
    {
        _ = Root;
        _extra = script;
        return Browser.OpenAsync(Address, width, arguments);
    }

    public void Dispose()
    {
        _listener.Close();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Publishes with build outputs apart from the repository's, which other tests use at the same time.</summary>
    private string Publish()
    {
        var (exitCode, output) = DotnetCli.Dotnet(
            Sample.Repository, "publish", $"samples/{Name}/{Name}.csproj", "-c", "Release", "-nologo", "-o", Path.Combine(_folder, "published"),
            $"-p:ArtifactsPath={Path.Combine(_folder, "artifacts")}");
        Assert.True(exitCode == 0, $"Publishing ended with {exitCode}:\n{output}");
        _listener.Start();
        _ = Task.Run(ServeAsync);
        return output;
    }

    private async Task ServeAsync()
    {
        var root = Path.Combine(_folder, "published", "wwwroot");
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var name = context.Request.Url!.AbsolutePath.TrimStart('/') is { Length: > 0 } given ? given : "index.html";
            var file = Path.Combine(root, name);
            using var response = context.Response;
            if (!File.Exists(file))
            {
                response.StatusCode = 404;
                continue;
            }

            var content = await File.ReadAllBytesAsync(file);
            if (name == "index.html")
                content = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace("</body>", _extra + "</body>", StringComparison.Ordinal));
            response.ContentType = Types.GetValueOrDefault(Path.GetExtension(file), "application/octet-stream");
            await response.OutputStream.WriteAsync(content);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
