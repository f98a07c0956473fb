// Serves a model: POST /predict with a sequence of input vectors returns its outputs as probabilities.
//
//     dotnet run -c Release --project samples/Ntm.Serve [-- MODEL [--urls http://127.0.0.1:5080]]
//     curl http://127.0.0.1:5080/model
//     curl http://127.0.0.1:5080/predict -d '{"inputs": [[1, 0, 0, 1, 0, 0, 0, 0, 0]]}'
using System.Text.Json;
using Ntm.Core.Serialization;
using Ntm.Serve;

var path = args is [{ } first, ..] && !first.StartsWith("--", StringComparison.Ordinal) ? first : "models/copy-ntm-lstm/model.safetensors";
Predictor loaded;
try
{
    loaded = Predictor.Load(path);
}
catch (Exception e) when (e is SafeTensorsFormatException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// One model for all requests: any number of threads may compute with it at the same time.
using var predictor = loaded;
var builder = WebApplication.CreateBuilder([.. args.SkipWhile(argument => argument == path)]);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
await using var app = builder.Build();
app.MapGet("/model", () => predictor.Description);
app.MapPost("/predict", async (HttpRequest request, CancellationToken cancelled) =>
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
