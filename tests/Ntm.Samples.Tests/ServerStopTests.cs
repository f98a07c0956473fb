using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Ntm.Runtime;

namespace Ntm.Samples.Tests;

/// <summary>The end of the server by SIGTERM, and the sessions that survive it.</summary>
public sealed class ServerStopTests : IDisposable
{
    private const string Stopping = "Application is shutting down";

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-server-").FullName;
    private readonly NtmModel _model = NtmModel.Load(ServerProgram.ModelFile);

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_request_in_flight_is_answered()
    {
        await using var server = await ServerProgram.StartAsync();
        float[][] inputs = [new float[9], [1, 1, 1, 1, 1, 1, 1, 1, 0]];
        var body = new PausedContent(ServerExpectation.Body(inputs));
        var running = server.Client.PostAsync("predict", body);
        // The server has its first half by then.
        await Task.Delay(1000);
        server.Terminate();
        await server.WaitForOutputAsync(Stopping);
        await AssertRefusesConnectionsAsync(server.Client.BaseAddress!);
        body.Release();
        using var answer = await running;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(ServerExpectation.Predict(_model, inputs), await answer.Content.ReadAsStringAsync());
        Assert.Equal(0, await server.ExitAsync());
    }

    [Fact]
    public async Task A_request_that_does_not_end_does_not_hold_it_up()
    {
        await using var server = await ServerProgram.StartAsync("--Server:StopTimeout", "00:00:01");
        var body = new PausedContent(ServerExpectation.Body(new float[9]));
        var running = server.Client.PostAsync("predict", body);
        await Task.Delay(1000);
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
        body.Release();
        await Assert.ThrowsAsync<HttpRequestException>(() => running);
    }

    [Fact]
    public async Task It_is_not_ready_while_it_drains_and_alive()
    {
        await using var server = await ServerProgram.StartAsync("--Server:DrainTime", "00:00:03");
        server.Terminate();
        await server.WaitForOutputAsync(Stopping);
        using var ready = await server.Client.GetAsync("health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("Healthy", await server.Client.GetStringAsync("health/live"));
        using var answer = await server.PostAsync("predict", ServerExpectation.Body(new float[9]));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, await server.ExitAsync());
    }

    [Fact]
    public async Task Sessions_continue_after_a_restart()
    {
        var random = new Random(5);
        using var expectation = new ServerExpectation(_model);
        var inputs = ServerExpectation.Inputs(random, 7, 9);
        string address;
        await using (var server = await ServerProgram.StartAsync("--Server:SessionFolder", _folder))
        {
            address = await server.OpenAsync();
            using var answer = await server.PostAsync($"{address}/steps", ServerExpectation.Body(inputs));
            Assert.Equal(expectation.Steps(inputs), await answer.Content.ReadAsStringAsync());
            server.Terminate();
            Assert.Equal(0, await server.ExitAsync());
        }

        var id = address.Split('/')[^1];
        Assert.Equal([$"{id}-7.safetensors"], Directory.GetFiles(_folder).Select(Path.GetFileName));
        var other = Path.Combine(_folder, "other-1.safetensors");
        await File.WriteAllTextAsync(other, "hello");
        await using var again = await ServerProgram.StartAsync("--Server:SessionFolder", _folder);
        // The file of a session that continues is gone: it must not pass for a later state. What is no session is kept, with a warning.
        Assert.Equal([other], Directory.GetFiles(_folder));
        Assert.Contains("other-1.safetensors", again.Output, StringComparison.Ordinal);
        Assert.Equal(7, JsonDocument.Parse(await again.Client.GetStringAsync(address)).RootElement.GetProperty("steps").GetInt32());
        inputs = ServerExpectation.Inputs(random, 2, 9);
        using var next = await again.PostAsync($"{address}/steps", ServerExpectation.Body(inputs));
        Assert.Equal(expectation.Steps(inputs), await next.Content.ReadAsStringAsync());
    }

    private static async Task AssertRefusesConnectionsAsync(Uri address)
    {
        for (var start = Stopwatch.StartNew(); start.Elapsed < TimeSpan.FromSeconds(15); await Task.Delay(50))
        {
            using var connection = new TcpClient();
            try
            {
                await connection.ConnectAsync(address.Host, address.Port);
            }
            catch (SocketException)
            {
                return;
            }
        }

        Assert.Fail("The server still accepts connections.");
    }
}
