using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Ntm.Runtime;

namespace Ntm.Server;

/// <summary>The endpoints of sessions: streams whose state the server has.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sessions", OpenAsync);
        routes.MapGet("/sessions/{id}", (string id, SessionTable sessions) => Describe(sessions.Find(id)));
        routes.MapDelete("/sessions/{id}", (string id, SessionTable sessions) =>
        {
            sessions.Close(id);
            return TypedResults.NoContent();
        });
        routes.MapPost("/sessions/{id}/steps", StepAsync);
        routes.MapGet("/sessions/{id}/state", Save);
    }

    /// <summary>Opens a session: in the initial state, or in the saved one that the body has.</summary>
    private static async Task<IResult> OpenAsync(HttpRequest request, HttpResponse response, SessionTable sessions, CancellationToken cancelled)
    {
        using var body = await RequestBody.ReadAsync(request, cancelled);
        if (body.Length > 0)
            RequestBody.RequireType(request, RequestBody.State);
        var session = body.Length > 0 ? sessions.Open(body) : sessions.Open();
        response.Headers.Location = $"/sessions/{session.Id}";
        return TypedResults.Json(new SessionAnswer(session.Id, session.Steps), AnswerJson.Default.SessionAnswer, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> StepAsync(
        string id, HttpRequest request, NtmModel model, SessionTable sessions, Computations computations, Stepper stepper, IOptions<ServerOptions> options, CancellationToken cancelled)
    {
        var session = sessions.Find(id);
        using var body = await RequestBody.ReadJsonAsync(request, cancelled);
        var inputs = InputsReader.Read(body.GetBuffer().AsSpan(0, (int)body.Length), model.InputSize, options.Value.MaxSteps);
        using var usage = session.Use();
        using var turn = await computations.TurnAsync(cancelled);
        return TypedResults.Json(new StepsAnswer(session.Run(stepper, inputs, cancelled), session.Steps), AnswerJson.Default.StepsAnswer);
    }

    private static FileContentHttpResult Save(string id, SessionTable sessions)
    {
        var session = sessions.Find(id);
        using var state = new MemoryStream();
        using (session.Use())
            session.Save(state);
        return TypedResults.Bytes(state.ToArray(), RequestBody.State, $"{id}.safetensors");
    }

    private static JsonHttpResult<SessionAnswer> Describe(StreamSession session) =>
        TypedResults.Json(new SessionAnswer(session.Id, session.Steps), AnswerJson.Default.SessionAnswer);
}
