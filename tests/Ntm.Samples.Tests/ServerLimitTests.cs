using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ntm.Runtime;

namespace Ntm.Samples.Tests;

/// <summary>The server's limits, each by a server with a small one.</summary>
public sealed class ServerLimitTests
{
    private static readonly string Step = ServerExpectation.Body(new float[9]);

    [Fact]
    public async Task Sessions_beyond_the_limit_are_refused_until_one_is_closed()
    {
        await using var server = await ServerProgram.StartAsync("--Server:MaxSessions", "2");
        var (first, _) = (await server.OpenAsync(), await server.OpenAsync());
        using var refused = await server.Client.PostAsync("sessions", null);
        Assert.StartsWith("2 sessions are open; expected fewer", await ServerProgram.ProblemAsync(refused, 503), StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        (await server.Client.DeleteAsync(first)).Dispose();
        await server.OpenAsync();
    }

    [Fact]
    public async Task An_idle_session_is_closed_and_a_used_one_is_not()
    {
        await using var server = await ServerProgram.StartAsync("--Server:SessionIdle", "00:00:02", "--Server:MaxSessions", "2");
        var (idle, used) = (await server.OpenAsync(), await server.OpenAsync());
        for (var start = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            using var kept = await server.PostAsync($"{used}/steps", Step);
            Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
            using var answer = await server.Client.GetAsync(idle);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                break;
            Assert.True(start.Elapsed < TimeSpan.FromSeconds(30), "The idle session is still open.");
        }

        // Its place is free.
        await server.OpenAsync();
    }

    [Fact]
    public async Task A_request_that_takes_too_long_ends_and_changes_nothing()
    {
        await using var server = await ServerProgram.StartAsync("--Server:RequestTimeout", "00:00:01.5", "--Server:MaxSteps", "1000000", "--Server:MaxBodyBytes", "100000000");
        var address = await server.OpenAsync();
        const string Detail = "The request took longer than 1.5 s, and nothing was changed; expected ";

        // One whose body does not come ...
        using (var connection = new TcpClient())
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await connection.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port, limit.Token);
            var stream = connection.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {address}/steps HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"inputs\": "), limit.Token);
            var answer = "";
            var buffer = new byte[4096];
            while (!answer.Contains("\r\n\r\n", StringComparison.Ordinal) || !answer.Contains('}', StringComparison.Ordinal))
                answer += Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, limit.Token) is > 0 and var read ? read : throw new EndOfStreamException(answer));
            Assert.StartsWith("HTTP/1.1 504 Gateway Timeout\r\n", answer, StringComparison.Ordinal);
            Assert.Contains(Detail, answer, StringComparison.Ordinal);
        }

        // ... and one with work for longer.
        using var large = await server.PostAsync($"{address}/steps", Long(600_000));
        Assert.StartsWith(Detail, await ServerProgram.ProblemAsync(large, 504), StringComparison.Ordinal);
        using var model = NtmModel.Load(ServerProgram.ModelFile);
        using var expectation = new ServerExpectation(model);
        using var next = await server.PostAsync($"{address}/steps", Step);
        Assert.Equal(expectation.Steps(new float[9]), await next.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_session_serves_one_request_at_a_time()
    {
        await using var server = await ServerProgram.StartAsync("--Server:MaxSteps", "1000000", "--Server:MaxBodyBytes", "100000000");
        var address = await server.OpenAsync();
        var body = Long(100_000);
        var (running, detail) = await RefusalAsync(() => server.PostAsync($"{address}/steps", body), () => server.PostAsync($"{address}/steps", Step), 409);
        Assert.Contains("is in use by another request; expected one request at a time.", detail, StringComparison.Ordinal);
        // It may be closed meanwhile: the request ends first.
        using var closed = await server.Client.DeleteAsync(address);
        Assert.Equal(HttpStatusCode.NoContent, closed.StatusCode);
        using var answer = await running;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Computations_beyond_the_limit_are_refused()
    {
        await using var server = await ServerProgram.StartAsync(
            "--Server:MaxSteps", "1000000", "--Server:MaxBodyBytes", "100000000", "--Server:MaxComputations", "1", "--Server:MaxWaiting", "0");
        var body = Long(100_000);
        var (running, detail) = await RefusalAsync(() => server.PostAsync("predict", body), () => server.PostAsync("predict", Step), 503);
        Assert.StartsWith("All computations are in use, and 0 requests wait for one; expected fewer", detail, StringComparison.Ordinal);
        using var answer = await running;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_client_that_goes_away_changes_nothing()
    {
        await using var server = await ServerProgram.StartAsync("--Server:MaxSteps", "1000000", "--Server:MaxBodyBytes", "100000000");
        var address = await server.OpenAsync();
        using (var gone = new CancellationTokenSource())
        {
            var body = Long(600_000);
            var (running, _) = await RefusalAsync(
                () => server.Client.PostAsync($"{address}/steps", new StringContent(body, null, "application/json"), gone.Token), () => server.PostAsync($"{address}/steps", Step), 409);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        // Steps that came before the long request count, and only they.
        var before = await StepsAsync(server, address);
        using var model = NtmModel.Load(ServerProgram.ModelFile);
        using var expectation = new ServerExpectation(model);
        var expected = "";
        for (var step = 0; step <= before; step++)
            expected = expectation.Steps(new float[9]);
        for (var start = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            using var answer = await server.PostAsync($"{address}/steps", Step);
            Assert.True(start.Elapsed < TimeSpan.FromSeconds(30), "The session is still in use.");
            if (answer.StatusCode == HttpStatusCode.Conflict)
                continue;
            Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
            break;
        }
    }

    private static async Task<long> StepsAsync(ServerProgram server, string address) =>
        JsonDocument.Parse(await server.Client.GetStringAsync(address)).RootElement.GetProperty("steps").GetInt64();

    private static string Long(int steps) => $"{{\"inputs\": [{string.Join(',', Enumerable.Repeat("[0,0,0,0,0,0,0,0,0]", steps))}]}}";

    /// <summary>Repeats a short request until it is refused because of a long one, which may in turn come at the time of a short one.</summary>
    /// <returns>The long request, and the reason for which the short one was refused.</returns>
    private static async Task<(Task<HttpResponseMessage> Running, string Detail)> RefusalAsync(
        Func<Task<HttpResponseMessage>> request, Func<Task<HttpResponseMessage>> shortOne, int status)
    {
        for (var start = Stopwatch.StartNew(); start.Elapsed < TimeSpan.FromSeconds(60);)
        {
            var running = request();
            while (!running.IsCompleted)
            {
                await Task.Delay(20);
                using var answer = await shortOne();
                if (!answer.IsSuccessStatusCode)
                    return (running, await ServerProgram.ProblemAsync(answer, status));
            }

            (await running).Dispose();
        }

        throw new TimeoutException("No request was refused.");
    }
}
