using Microsoft.Extensions.Options;
using Ntm.Runtime;

namespace Ntm.Server;

/// <summary>The endpoints of the model: its description, and whole sequences.</summary>
internal static class ModelEndpoints
{
    public static void MapModel(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/model", (NtmModel model, IOptions<ServerOptions> options) =>
            TypedResults.Json(new ModelAnswer(model.InputSize, model.OutputSize, options.Value.MaxSteps), AnswerJson.Default.ModelAnswer));
        routes.MapPost("/predict", PredictAsync);
    }

    private static async Task<IResult> PredictAsync(
        HttpRequest request, NtmModel model, Computations computations, Stepper stepper, IOptions<ServerOptions> options, CancellationToken cancelled)
    {
        using var body = await RequestBody.ReadJsonAsync(request, cancelled);
        var inputs = InputsReader.Read(body.GetBuffer().AsSpan(0, (int)body.Length), model.InputSize, options.Value.MaxSteps);
        using var turn = await computations.TurnAsync(cancelled);
        using var session = model.NewSession();
        return TypedResults.Json(new PredictAnswer(stepper.Run(session, inputs, cancelled)), AnswerJson.Default.PredictAnswer);
    }
}
