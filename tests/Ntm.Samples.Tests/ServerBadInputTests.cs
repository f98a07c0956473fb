using System.Net.Http.Headers;
using System.Text;
using Ntm.Runtime;

namespace Ntm.Samples.Tests;

/// <summary>Requests that are wrong in every way. Each is answered by a problem, and leaves the session as it was.</summary>
public sealed class ServerBadInputTests(ServerProgram server)
{
    private const string Vector = "[1, 0, 0, 1, 0, 0, 0, 0, 0]";

    [Theory]
    [InlineData("", "The body is empty; expected {\"inputs\": [[0, 1, ...], ...]}.")]
    [InlineData(" ", "The body is not JSON at line 1, byte 2: ")]
    [InlineData("{", "The body is not JSON at line 1, byte 2: ")]
    [InlineData("null", "The body is null; expected an object")]
    [InlineData("[]", "The body is an array; expected an object")]
    [InlineData("\"inputs\"", "The body is the text 'inputs'; expected an object")]
    [InlineData("{}", "The body has no 'inputs'; expected ")]
    [InlineData("""{"Inputs": [[0]]}""", "The body has 'Inputs'; expected 'inputs' alone")]
    [InlineData("""{"inputs": null}""", "'inputs' is null; expected an array of vectors")]
    [InlineData("""{"inputs": {}}""", "'inputs' is an object; expected an array of vectors")]
    [InlineData("""{"inputs": []}""", "'inputs' has 0 vectors; expected 1 to 10000.")]
    [InlineData("""{"inputs": [[]]}""", "inputs[0] has 0 numbers; expected 9")]
    [InlineData("""{"inputs": [[1, 0]]}""", "inputs[0] has 2 numbers; expected 9")]
    [InlineData("""{"inputs": [[1, 0, 0, 1, 0, 0, 0, 0, 0, 0]]}""", "inputs[0] has 10 numbers; expected 9")]
    [InlineData($$"""{"inputs": [{{Vector}}, null]}""", "inputs[1] is null; expected an array of 9 numbers.")]
    [InlineData("""{"inputs": [1, 0, 0, 1, 0, 0, 0, 0, 0]}""", "inputs[0] is 1; expected an array of 9 numbers.")]
    [InlineData("""{"inputs": [[1, null, 0, 1, 0, 0, 0, 0, 0]]}""", "inputs[0][1] is null; expected a number.")]
    [InlineData("""{"inputs": [[1, "a", 0, 1, 0, 0, 0, 0, 0]]}""", "inputs[0][1] is the text 'a'; expected a number.")]
    [InlineData("""{"inputs": [[1, true, 0, 1, 0, 0, 0, 0, 0]]}""", "inputs[0][1] is true; expected a number.")]
    [InlineData("""{"inputs": [[1, "NaN", 0, 1, 0, 0, 0, 0, 0]]}""", "inputs[0][1] is the text 'NaN'; expected a number.")]
    [InlineData("""{"inputs": [[[1], 0, 0, 1, 0, 0, 0, 0, 0]]}""", "inputs[0][0] is an array; expected a number.")]
    [InlineData("""{"inputs": [[NaN, 0, 0, 1, 0, 0, 0, 0, 0]]}""", "The body is not JSON at line 1, byte 14: ")]
    [InlineData("""{"inputs": [[-Infinity, 0, 0, 1, 0, 0, 0, 0, 0]]}""", "The body is not JSON at line 1, byte 15: ")]
    [InlineData("""{"inputs": [[1e99, 0, 0, 1, 0, 0, 0, 0, 0]]}""", "inputs[0][0] is 1e99; expected a number that is finite as a float32.")]
    [InlineData($$"""{"inputs": [{{Vector}}], "inputs": [{{Vector}}]}""", "The body has 'inputs' after 'inputs'; expected 'inputs' alone")]
    [InlineData($$"""{"inputs": [{{Vector}}], "lengths": [1]}""", "The body has 'lengths' after 'inputs'; expected 'inputs' alone")]
    [InlineData($$"""{"inputs": [{{Vector}}]} {}""", "The body is not JSON at line 1, byte 43: ")]
    [InlineData($$"""{"inputs": [{{Vector}},]}""", "The body is not JSON at line 1, byte 41: ")]
    [InlineData($$"""{"inputs": /* all */ [{{Vector}}]}""", "The body is not JSON at line 1, byte 12: ")]
    [InlineData("inputs=1", "The body is not JSON at line 1, byte 1: ")]
    public async Task A_body_of_another_form_is_refused_by_place_and_expectation(string body, string detail)
    {
        using var whole = await server.PostAsync("predict", body);
        Assert.StartsWith(detail, await ServerProgram.ProblemAsync(whole, 400), StringComparison.Ordinal);
        var address = await server.OpenAsync();
        using var step = await server.PostAsync($"{address}/steps", body);
        Assert.StartsWith(detail, await ServerProgram.ProblemAsync(step, 400), StringComparison.Ordinal);
        await AssertUntouched(address);
    }

    [Fact]
    public async Task Nesting_of_any_depth_is_refused()
    {
        using var answer = await server.PostAsync("predict", $"{{\"inputs\": {new string('[', 100_000)}");
        Assert.Equal("inputs[0][0] is an array; expected a number.", await ServerProgram.ProblemAsync(answer, 400));
    }

    [Fact]
    public async Task Bytes_that_are_not_text_are_refused()
    {
        foreach (var bytes in (byte[][])[[0x7B, 0x22, 0xFF, 0x22, 0x7D], Encoding.Unicode.GetBytes("{\"inputs\": [[1]]}x\uD800"[..^1]), [0, 0, 0]])
        {
            using var answer = await server.Client.PostAsync("predict", Content(bytes, "application/json"));
            Assert.Matches("^The body is not (UTF-8|JSON)", await ServerProgram.ProblemAsync(answer, 400));
        }
    }

    [Theory]
    [InlineData(null, "The content type is missing; expected application/json.")]
    [InlineData("text/plain", "The content type is 'text/plain'; expected application/json.")]
    [InlineData("application/x-www-form-urlencoded", "The content type is 'application/x-www-form-urlencoded'; expected application/json.")]
    [InlineData("application/json; charset=utf-16", "The content type is 'application/json; charset=utf-16'; expected application/json.")]
    public async Task Content_of_another_type_is_refused(string? type, string detail)
    {
        using var answer = await server.Client.PostAsync("predict", Content(Encoding.UTF8.GetBytes($"{{\"inputs\": [{Vector}]}}"), type));
        Assert.Equal(detail, await ServerProgram.ProblemAsync(answer, 415));
    }

    [Fact]
    public async Task Compressed_content_is_refused()
    {
        using var content = Content([1, 2, 3], "application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var answer = await server.Client.PostAsync("predict", content);
        Assert.Equal("The content encoding is 'gzip'; expected none.", await ServerProgram.ProblemAsync(answer, 415));
    }

    [Theory]
    [InlineData("PUT", "predict", 405, "The method is PUT; expected POST.")]
    [InlineData("GET", "predict", 405, "The method is GET; expected POST.")]
    [InlineData("POST", "model", 405, "The method is POST; expected GET.")]
    [InlineData("PATCH", "sessions/abc", 405, "The method is PATCH; expected DELETE, GET.")]
    [InlineData("GET", "", 404, "There is nothing at '/'; expected /model, ")]
    [InlineData("GET", "models", 404, "There is nothing at '/models'; expected /model, ")]
    [InlineData("GET", "sessions/abc/nothing", 404, "There is nothing at '/sessions/abc/nothing'; expected /model, ")]
    [InlineData("GET", "sessions/abc", 404, "There is no session 'abc'; expected ")]
    [InlineData("GET", "sessions/%22", 404, "There is no session '\"'; expected ")]
    [InlineData("GET", "sessions/abc/state", 404, "There is no session 'abc'; expected ")]
    [InlineData("POST", "sessions/abc/steps", 404, "There is no session 'abc'; expected ")]
    public async Task Other_addresses_and_methods_are_refused(string method, string path, int status, string detail)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        // A client that accepts only pages gets the problem as well.
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var answer = await server.Client.SendAsync(request);
        Assert.StartsWith(detail, await ServerProgram.ProblemAsync(answer, status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_long_a_sequence_and_too_large_a_body_are_refused()
    {
        using var steps = await server.PostAsync("predict", $"{{\"inputs\": [{string.Join(", ", Enumerable.Repeat(Vector, 10_001))}]}}");
        Assert.Equal("'inputs' has more than 10000 vectors; expected 1 to 10000.", await ServerProgram.ProblemAsync(steps, 400));
        foreach (var isAnnounced in (bool[])[true, false])
        {
            using var answer = await SendTooMuchAsync(isAnnounced);
            Assert.Equal($"The body has {(isAnnounced ? "1100000" : "too many")} bytes; expected at most 1048576.", await ServerProgram.ProblemAsync(answer, 413));
        }
    }

    /// <summary>The server closes the connection with its answer, which may come before the client has sent everything: then the client tries again.</summary>
    private async Task<HttpResponseMessage> SendTooMuchAsync(bool isAnnounced)
    {
        for (var tries = 1; ; tries++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "predict") { Content = Content(new byte[1_100_000], "application/json") };
            (request.Headers.TransferEncodingChunked, request.Headers.ExpectContinue) = (!isAnnounced, true);
            try
            {
                return await server.Client.SendAsync(request);
            }
            catch (HttpRequestException) when (tries < 20)
            {
            }
        }
    }

    [Fact]
    public async Task What_is_not_a_state_of_the_model_opens_no_session()
    {
        const string Type = "application/octet-stream";
        using var text = await server.Client.PostAsync("sessions", Content("hello, world"u8.ToArray(), Type));
        Assert.StartsWith("The state: ", await ServerProgram.ProblemAsync(text, 400), StringComparison.Ordinal);
        using var file = await server.Client.PostAsync("sessions", Content(await File.ReadAllBytesAsync(ServerProgram.ModelFile), Type));
        Assert.StartsWith("The state: ", await ServerProgram.ProblemAsync(file, 400), StringComparison.Ordinal);
        using var json = await server.Client.PostAsync("sessions", Content("{}"u8.ToArray(), "application/json"));
        Assert.Equal("The content type is 'application/json'; expected application/octet-stream.", await ServerProgram.ProblemAsync(json, 415));

        using var model = NtmModel.Load(ServerProgram.ModelFile);
        using var two = model.NewSession(batch: 2);
        using var state = new MemoryStream();
        two.Save(state);
        using var streams = await server.Client.PostAsync("sessions", Content(state.ToArray(), Type));
        Assert.Equal("The state is one of 2 streams; expected 1.", await ServerProgram.ProblemAsync(streams, 400));
    }

    [Fact]
    public async Task Numbers_of_any_size_leave_a_session_that_works()
    {
        var address = await server.OpenAsync();
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            float[] extreme = [.. Enumerable.Range(0, 9).Select(_ => random.Next(3) switch { 0 => float.MaxValue, 1 => -float.MaxValue, _ => 1e30f * random.NextSingle() })];
            using var answer = await server.PostAsync($"{address}/steps", ServerExpectation.Body(extreme));
            if (!answer.IsSuccessStatusCode)
                Assert.StartsWith("The outputs of inputs[0] are not finite in float32", await ServerProgram.ProblemAsync(answer, 422), StringComparison.Ordinal);
            using var next = await server.PostAsync($"{address}/steps", ServerExpectation.Body(new float[9]));
            Assert.True(next.IsSuccessStatusCode, await next.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public void A_model_that_is_not_there_is_told_without_a_stack_trace()
    {
        var (exitCode, output) = Sample.Run(Path.GetTempPath(), "Ntm.Server", "no-such-model.safetensors");
        Assert.Equal(1, exitCode);
        Assert.Contains("no-such-model.safetensors", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MaxSessions", "0", "Server:MaxSessions is 0; expected 1 to 10000000.")]
    [InlineData("SessionIdle", "00:00:00", "Server:SessionIdle is 00:00:00; expected 00:00:00.1")]
    [InlineData("MaxBodyBytes", "-1", "Server:MaxBodyBytes is -1; expected 100 to ")]
    [InlineData("MaxSteps", "many", "'many'")]
    [InlineData("MaxSession", "3", "MaxSession")]
    public void Options_out_of_range_end_the_start_with_the_reason(string option, string value, string reason)
    {
        var (exitCode, output) = Sample.Run(Sample.Repository, "Ntm.Server", $"--Server:{option}", value, "--urls", "http://127.0.0.1:0");
        Assert.Equal(1, exitCode);
        Assert.Contains(reason, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static ByteArrayContent Content(byte[] bytes, string? type)
    {
        var content = new ByteArrayContent(bytes);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    private async Task AssertUntouched(string address)
    {
        using var model = NtmModel.Load(ServerProgram.ModelFile);
        using var expectation = new ServerExpectation(model);
        using var answer = await server.PostAsync($"{address}/steps", ServerExpectation.Body(new float[9]));
        Assert.Equal(expectation.Steps(new float[9]), await answer.Content.ReadAsStringAsync());
    }
}
