using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Ntm.Runtime;

namespace Ntm.Samples.Tests;

/// <summary>The server, asked over HTTP, beside the same model in this process. The model copies vectors of eight bits; a ninth channel ends them.</summary>
public sealed class ServerTests(ServerProgram server) : IDisposable
{
    private readonly NtmModel _model = NtmModel.Load(ServerProgram.ModelFile);

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task The_model_is_described()
    {
        var description = await server.Client.GetFromJsonAsync<JsonElement>("model");
        Assert.Equal((9, 8), (description.GetProperty("inputSize").GetInt32(), description.GetProperty("outputSize").GetInt32()));
    }

    [Fact]
    public async Task A_sequence_is_copied()
    {
        float[][] vectors = [[1, 0, 1, 1, 0, 0, 1, 0], [0, 1, 1, 0, 1, 0, 0, 1], [1, 1, 0, 0, 0, 1, 1, 1]];
        float[][] inputs = [.. vectors.Select(v => (float[])[.. v, 0]), [0, 0, 0, 0, 0, 0, 0, 0, 1], .. vectors.Select(_ => new float[9])];
        using var answer = await server.PostAsync("predict", ServerExpectation.Body(inputs));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(ServerExpectation.Predict(_model, inputs), text);
        var outputs = JsonSerializer.Deserialize<JsonElement>(text).GetProperty("outputs").Deserialize<float[][]>()!;
        Assert.Equal(vectors, outputs.Skip(vectors.Length + 1).Select(output => output.Select(p => p > 0.5f ? 1f : 0).ToArray()));
    }

    [Fact]
    public async Task Outputs_are_logits_if_the_options_say_so()
    {
        await using var other = await ServerProgram.StartAsync("--Server:Logits", "true");
        using var expectation = new ServerExpectation(_model, areLogits: true);
        var inputs = ServerExpectation.Inputs(new Random(1), 5, 9);
        using var answer = await other.PostAsync($"{await other.OpenAsync()}/steps", ServerExpectation.Body(inputs));
        Assert.Equal(expectation.Steps(inputs), await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Sessions_at_the_same_time_do_not_mix()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async seed =>
        {
            var (random, address) = (new Random(seed), await server.OpenAsync());
            using var expectation = new ServerExpectation(_model);
            for (var request = 0; request < 20; request++)
            {
                var inputs = ServerExpectation.Inputs(random, random.Next(1, 5), 9);
                using var answer = await server.PostAsync($"{address}/steps", ServerExpectation.Body(inputs));
                Assert.Equal(expectation.Steps(inputs), await answer.Content.ReadAsStringAsync());
            }
        }));
    }

    [Fact]
    public async Task A_session_has_an_id_that_cannot_be_guessed_and_is_closed()
    {
        var (address, other) = (await server.OpenAsync(), await server.OpenAsync());
        Assert.Matches("^/sessions/[0-9a-f]{32}$", address);
        Assert.NotEqual(address, other);
        using (await server.PostAsync($"{address}/steps", ServerExpectation.Body(new float[9], new float[9])))
        {
        }

        var description = await server.Client.GetFromJsonAsync<JsonElement>(address);
        Assert.Equal((address.Split('/')[^1], 2), (description.GetProperty("id").GetString(), description.GetProperty("steps").GetInt32()));
        using var closed = await server.Client.DeleteAsync(address);
        Assert.Equal(HttpStatusCode.NoContent, closed.StatusCode);
        foreach (var answer in (HttpResponseMessage[])
            [await server.Client.GetAsync(address), await server.Client.DeleteAsync(address), await server.PostAsync($"{address}/steps", ServerExpectation.Body(new float[9]))])
        {
            Assert.Contains($"There is no session '{address.Split('/')[^1]}'; expected ", await ServerProgram.ProblemAsync(answer, 404), StringComparison.Ordinal);
            answer.Dispose();
        }
    }

    [Fact]
    public async Task A_saved_state_opens_another_session()
    {
        var (random, address) = (new Random(1), await server.OpenAsync());
        using var expectation = new ServerExpectation(_model);
        var inputs = ServerExpectation.Inputs(random, 5, 9);
        _ = expectation.Steps(inputs);
        using (await server.PostAsync($"{address}/steps", ServerExpectation.Body(inputs)))
        {
        }

        var state = await server.Client.GetByteArrayAsync($"{address}/state");
        using var opened = await server.Client.PostAsync("sessions", new ByteArrayContent(state) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } });
        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        inputs = ServerExpectation.Inputs(random, 3, 9);
        var expected = expectation.Steps(inputs);
        using var first = await server.PostAsync($"{address}/steps", ServerExpectation.Body(inputs));
        Assert.Equal(expected, await first.Content.ReadAsStringAsync());
        using var second = await server.PostAsync($"{opened.Headers.Location!.OriginalString}/steps", ServerExpectation.Body(inputs));
        Assert.Equal(expected.Replace("\"steps\":8", "\"steps\":3", StringComparison.Ordinal), await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task It_is_alive_and_ready()
    {
        Assert.Equal("Healthy", await server.Client.GetStringAsync("health/live"));
        Assert.Equal("Healthy", await server.Client.GetStringAsync("health/ready"));
    }

    [Fact]
    public async Task Metrics_count_sessions_steps_and_refusals()
    {
        await using var alone = await ServerProgram.StartAsync();
        var (first, second) = (await alone.OpenAsync(), await alone.OpenAsync());
        foreach (var steps in (int[])[1, 3])
            (await alone.PostAsync($"{first}/steps", ServerExpectation.Body([.. Enumerable.Repeat(new float[9], steps)]))).Dispose();
        (await alone.PostAsync($"{first}/steps", "[]")).Dispose();
        (await alone.Client.DeleteAsync(second)).Dispose();
        var lines = (await alone.Client.GetStringAsync("metrics")).Split('\n');
        Assert.Equal("1", Value("ntm_sessions{"));
        Assert.Equal("4", Value("ntm_steps_total{"));
        Assert.Equal("4", Value("ntm_step_duration_seconds_count{"));
        Assert.Equal("1", Value("ntm_refused_total{"));
        Assert.Contains(lines, line => line.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal));

        string Value(string start) => Assert.Single(lines, line => line.StartsWith(start, StringComparison.Ordinal)).Split("} ")[1].Split(' ')[0];
    }
}
