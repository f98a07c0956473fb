using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

[assembly: AssemblyFixture(typeof(Ntm.Samples.Tests.Server))]

namespace Ntm.Samples.Tests;

/// <summary>The sample that serves predictions, asked over HTTP. Its model copies vectors of eight bits; a ninth channel ends them.</summary>
public sealed class ServeTests(Server server)
{
    [Fact]
    public async Task The_model_is_described()
    {
        var description = await server.Client.GetFromJsonAsync<JsonElement>("model");
        Assert.Equal((9, 8), (description.GetProperty("inputSize").GetInt32(), description.GetProperty("outputSize").GetInt32()));
    }

    [Fact]
    public async Task A_sequence_is_copied()
    {
        int[][] vectors = [[1, 0, 1, 1, 0, 0, 1, 0], [0, 1, 1, 0, 1, 0, 0, 1], [1, 1, 0, 0, 0, 1, 1, 1]];
        int[][] inputs = [.. vectors.Select(v => (int[])[.. v, 0]), [0, 0, 0, 0, 0, 0, 0, 0, 1], .. vectors.Select(_ => new int[9])];
        var answer = await server.Client.PostAsJsonAsync("predict", new { inputs });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var outputs = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("outputs").Deserialize<float[][]>()!;
        Assert.Equal(inputs.Length, outputs.Length);
        Assert.Equal(vectors, outputs.Skip(vectors.Length + 1).Select(output => output.Select(p => p > 0.5f ? 1 : 0).ToArray()));
    }

    [Fact]
    public async Task Requests_at_the_same_time_get_the_same_answer()
    {
        const string Body = """{"inputs": [[1, 0, 0, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0]]}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ => await (await Post(Body)).Content.ReadAsStringAsync()));
        Assert.StartsWith("{\"outputs\":[[", Assert.Single(answers.Distinct()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "not of the form")]
    [InlineData("{", "not of the form")]
    [InlineData("null", "'inputs' has no vectors; expected 1 to 10000.")]
    [InlineData("{}", "'inputs' has no vectors; expected 1 to 10000.")]
    [InlineData("""{"inputs": []}""", "'inputs' has 0 vectors; expected 1 to 10000.")]
    [InlineData("""{"inputs": [[1, 0]]}""", "inputs[0] has 2 numbers; expected 9.")]
    [InlineData("""{"inputs": [[1, 0, 0, 1, 0, 0, 0, 0, 0], null]}""", "inputs[1] has no numbers; expected 9.")]
    [InlineData("""{"inputs": [[1e99, 0, 0, 1, 0, 0, 0, 0, 0]]}""", "inputs[0] has a number that is not finite as a float32.")]
    [InlineData("""{"inputs": [["a"]]}""", "$.inputs[0][0]")]
    public async Task Bad_input_is_answered_with_400_and_the_reason(string body, string reason)
    {
        var answer = await Post(body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(reason, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_long_a_sequence_is_refused()
    {
        var answer = await server.Client.PostAsJsonAsync("predict", new { inputs = Enumerable.Repeat(new int[9], 10_001) });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public void A_model_that_is_not_there_is_told_without_a_stack_trace()
    {
        var (exitCode, output) = Sample.Run(Path.GetTempPath(), "Ntm.Serve", "no-such-model.safetensors");
        Assert.Equal(1, exitCode);
        Assert.Contains("no-such-model.safetensors", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> Post(string body) => server.Client.PostAsync("predict", new StringContent(body, Encoding.UTF8, "application/json"));
}

/// <summary>The server, on a free port of this machine, with the model that it serves by default.</summary>
public sealed class Server : IAsyncLifetime
{
    private const string Listening = "Now listening on: ";

    private Process? _process;
    private Task<string>? _rest;

    public HttpClient Client { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [Sample.Assembly("Ntm.Serve"), "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = Sample.Repository,
            RedirectStandardOutput = true,
        })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var output = new StringBuilder();
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            output.AppendLine(line);
            if (line.IndexOf(Listening, StringComparison.Ordinal) is var place and >= 0)
            {
                Client.BaseAddress = new Uri(line[(place + Listening.Length)..].TrimEnd('/') + "/");
                // Further output must not fill the pipe.
                _rest = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException($"The server ended before it listened:\n{output}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            if (_rest is not null)
                await _rest;
            _process.Dispose();
        }
    }
}
