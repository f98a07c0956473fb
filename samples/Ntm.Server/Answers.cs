using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ntm.Server;

/// <summary>The model, and what a request may have.</summary>
/// <param name="InputSize">The number of elements of an input vector.</param>
/// <param name="OutputSize">The number of elements of an output vector.</param>
/// <param name="MaxSteps">The number of input vectors that a request may have.</param>
internal sealed record ModelAnswer(int InputSize, int OutputSize, int MaxSteps);

/// <summary>The outputs of a whole sequence.</summary>
/// <param name="Outputs">The probabilities, or the logits, after each step, <c>[T][O]</c>.</param>
internal sealed record PredictAnswer(float[][] Outputs);

/// <summary>The outputs of some steps of a session.</summary>
/// <param name="Outputs">The probabilities, or the logits, after each step, <c>[T][O]</c>.</param>
/// <param name="Steps">The number of steps since the session's beginning.</param>
internal sealed record StepsAnswer(float[][] Outputs, long Steps);

/// <summary>A session.</summary>
/// <param name="Id">The name that the session has in addresses.</param>
/// <param name="Steps">The number of steps since the session's beginning.</param>
internal sealed record SessionAnswer(string Id, long Steps);

/// <summary>The response to a request that is not served, as RFC 9457 describes it.</summary>
/// <param name="Type">The kind of the problem; <c>about:blank</c>, because the status says it.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The status.</param>
/// <param name="Detail">A sentence that names the argument, what was found and what was expected.</param>
internal sealed record Problem(string Type, string Title, int Status, string Detail);

/// <summary>The JSON of the answers, by generated code.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelAnswer))]
[JsonSerializable(typeof(PredictAnswer))]
[JsonSerializable(typeof(StepsAnswer))]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class AnswerJson : JsonSerializerContext
{
    /// <summary>The JSON of problems, whose sentences have quotation marks: people read them.</summary>
    public static AnswerJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
