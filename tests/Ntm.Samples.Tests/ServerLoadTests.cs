using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Ntm.Runtime;

namespace Ntm.Samples.Tests;

/// <summary>The server under load, alone on the machine as far as these tests are concerned.</summary>
[CollectionDefinition(nameof(ServerLoadTests), DisableParallelization = true)]
[Collection(nameof(ServerLoadTests))]
public sealed class ServerLoadTests(ITestOutputHelper output)
{
    private const int Clients = 16;
    private const int Requests = 100_000;
    private const int RequestsPerClient = Requests / Clients;

    /// <summary>A garbage collector may use what it needs for its first generation, and code is compiled again until late; a leak of 500 bytes per request
    /// would be beyond this.</summary>
    private const long MemoryTolerance = 32 << 20;

    /// <summary>Each client has a session; it also sends whole sequences, and opens another session from time to time. Every answer is compared with the one of
    /// the same model in this process, character by character.</summary>
    [Fact]
    public async Task Sixteen_clients_get_a_hundred_thousand_right_answers()
    {
        var start = Stopwatch.StartNew();
        await using var server = await ServerProgram.StartAsync();
        await server.Client.GetStringAsync("health/ready");
        var ready = start.Elapsed;
        using var model = NtmModel.Load(ServerProgram.ModelFile);
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = Clients };
        using var client = new HttpClient(handler) { BaseAddress = server.Client.BaseAddress };
        var (seconds, wrong, done) = (new double[Requests], 0, 0);
        var (atQuarter, computed) = (0L, server.ProcessorTime);

        start.Restart();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(c => Task.Run(() => ClientAsync(c))));
        var elapsed = start.Elapsed;
        var atEnd = server.ResidentBytes;
        computed = server.ProcessorTime - computed;

        Array.Sort(seconds);
        output.WriteLine(FormattableString.Invariant(
            $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores: {Requests} requests of {Clients} clients in {elapsed.TotalSeconds:F1} s, {Requests / elapsed.TotalSeconds:F0} per second"));
        output.WriteLine(FormattableString.Invariant(
            $"latency {1e3 * seconds[Requests / 2]:F2} ms (median), {1e3 * seconds[Requests / 100 * 99]:F2} ms (99 %), {1e3 * seconds[^1]:F1} ms (longest)"));
        output.WriteLine(FormattableString.Invariant($"processor time of the server {1e6 * computed.TotalSeconds / Requests:F0} us per request"));
        output.WriteLine(FormattableString.Invariant($"ready {ready.TotalMilliseconds:F0} ms after the start of the process"));
        output.WriteLine(FormattableString.Invariant($"resident memory {atQuarter / 1e6:F1} MB after a quarter, {atEnd / 1e6:F1} MB at the end"));
        Assert.Equal((Requests, 0), (done, wrong));
        Assert.InRange(atEnd - atQuarter, long.MinValue, MemoryTolerance);

        async Task ClientAsync(int c)
        {
            var random = new Random(c);
            string address = "";
            ServerExpectation? expectation = null;
            for (var r = 0; r < RequestsPerClient; r++)
            {
                var begin = Stopwatch.GetTimestamp();
                bool isRight;
                if (r % 500 == 0)
                {
                    expectation?.Dispose();
                    expectation = new ServerExpectation(model);
                    using var answer = await client.PostAsync("sessions", null);
                    (isRight, address) = (answer.StatusCode == HttpStatusCode.Created, answer.Headers.Location?.OriginalString ?? "");
                }
                else if (r % 500 == 499)
                {
                    using var answer = await client.DeleteAsync(address);
                    isRight = answer.StatusCode == HttpStatusCode.NoContent;
                }
                else if (r % 20 == 10)
                {
                    var inputs = ServerExpectation.Inputs(random, random.Next(1, 10), 9);
                    isRight = await AnswerAsync("predict", inputs) == ServerExpectation.Predict(model, inputs);
                }
                else
                {
                    var inputs = ServerExpectation.Inputs(random, 1, 9);
                    isRight = await AnswerAsync($"{address}/steps", inputs) == expectation!.Steps(inputs);
                }

                // The answer's comparison counts as well.
                var number = Interlocked.Increment(ref done);
                seconds[number - 1] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                if (!isRight)
                    Interlocked.Increment(ref wrong);
                if (number == Requests / 4)
                    atQuarter = server.ResidentBytes;
            }

            expectation?.Dispose();
        }

        async Task<string> AnswerAsync(string path, float[][] inputs)
        {
            using var content = new StringContent(ServerExpectation.Body(inputs), Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(path, content);
            return await answer.Content.ReadAsStringAsync();
        }
    }
}
