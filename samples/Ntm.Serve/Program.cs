// Serves a model: POST /predict with a sequence of input vectors returns its outputs as probabilities.
//
//     dotnet run -c Release --project samples/Ntm.Serve [-- MODEL [--urls http://127.0.0.1:5080]]
//     curl http://127.0.0.1:5080/model
//     curl http://127.0.0.1:5080/predict -d '{"inputs": [[1, 0, 0, 1, 0, 0, 0, 0, 0]]}'
using System.Text.Json;
using Ntm.Core;
using Ntm.Serve;
using Ntm.Training;

var path = args is [{ } first, ..] && !first.StartsWith("--", StringComparison.Ordinal) ? first : "models/copy-ntm-lstm/model.safetensors";
var builder = WebApplication.CreateBuilder([.. args.SkipWhile(argument => argument == path)]);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

// One model for all requests: any number of threads may compute with it at the same time.
builder.Services.AddNtmModel(path);
builder.Services.AddSingleton<Predictor>();
await using var app = builder.Build();
try
{
    // The start of the server would load the model as well, and report a failure with a stack trace.
    _ = app.Services.GetRequiredService<NeuralTuringMachine>();
}
catch (InvalidOperationException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

app.MapGet("/model", (Predictor predictor) => predictor.Description);
app.MapPost("/predict", async (HttpRequest request, Predictor predictor, CancellationToken cancelled) =>
{
    try
    {
        var body = await JsonSerializer.DeserializeAsync<PredictRequest>(request.Body, JsonSerializerOptions.Web, cancelled);
        return Results.Ok(new PredictResponse(predictor.Predict(body?.Inputs)));
    }
    catch (JsonException e)
    {
        return Results.Problem($"The body is not of the form {{\"inputs\": [[0, 1], ...]}}: {e.Message}", statusCode: StatusCodes.Status400BadRequest);
    }
    catch (BadInputException e)
    {
        return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
    }
});
await app.RunAsync();
return 0;
