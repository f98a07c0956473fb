using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

[assembly: AssemblyFixture(typeof(Ntm.Samples.Tests.ServerProgram))]

namespace Ntm.Samples.Tests;

/// <summary>The server on a free port of this machine, with the model that it serves by default. It is the assembly's fixture, for tests that need no options, and
/// tests start others.</summary>
public sealed class ServerProgram : IAsyncLifetime
{
    /// <summary>The model's file, which the tests load as well.</summary>
    public static readonly string ModelFile = Path.Combine(Sample.Repository, "models", "copy-ntm-lstm", "model.safetensors");

    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string[] _arguments;
    private readonly StringBuilder _output = new();
    private Process? _process;
    private Task? _reading;

    public ServerProgram()
        : this([])
    {
    }

    internal ServerProgram(params string[] arguments) => _arguments = arguments;

    public HttpClient Client { get; } = new() { Timeout = Patience };

    /// <summary>The text that the server has written.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>The memory of the process that is in RAM, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The time that the process has computed, on all cores.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a server with options.</summary>
    public static async Task<ServerProgram> StartAsync(params string[] arguments)
    {
        var server = new ServerProgram(arguments);
        await server.InitializeAsync();
        return server;
    }

    public async ValueTask InitializeAsync()
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [Sample.Assembly("Ntm.Server"), ModelFile, "--urls", "http://127.0.0.1:0", .. _arguments])
        {
            WorkingDirectory = Sample.Repository,
            RedirectStandardOutput = true,
        })!;
        // All of it is read to the end: it must not fill the pipe.
        _reading = Task.Run(async () =>
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
                lock (_output)
                    _output.AppendLine(line);
        });
        await WaitForOutputAsync(Listening);
        Client.BaseAddress = new Uri(Output.Split(Listening)[1].Split('\n')[0].Trim() + "/");
    }

    /// <summary>Waits until the server has written a text.</summary>
    public async Task WaitForOutputAsync(string text)
    {
        for (var start = Stopwatch.StartNew(); !Output.Contains(text, StringComparison.Ordinal); await Task.Delay(10))
            if (_reading!.IsCompleted || start.Elapsed > Patience)
                Assert.Fail($"The server did not write '{text}' but:\n{Output}");
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json) => Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>Opens a session.</summary>
    /// <returns>Its address.</returns>
    public async Task<string> OpenAsync()
    {
        using var answer = await Client.PostAsync("sessions", null);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    /// <summary>Requires that an answer is a problem.</summary>
    /// <returns>Its detail.</returns>
    public static async Task<string> ProblemAsync(HttpResponseMessage answer, int status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(text);
        Assert.Equal(["type", "title", "status", "detail"], problem.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal((answer.ReasonPhrase, status), (problem.RootElement.GetProperty("title").GetString(), problem.RootElement.GetProperty("status").GetInt32()));
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
        return problem.RootElement.GetProperty("detail").GetString()!;
    }

    /// <summary>Requests the end, as a service manager does.</summary>
    public void Terminate()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString()]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process!.WaitForExitAsync(limit.Token);
        await _reading!;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill();
        await ExitAsync();
        _process.Dispose();
    }
}
