using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Ntm.Server;

/// <summary>Reads the input vectors of a request, <c>{"inputs": [[0, 1, ...], ...]}</c>, and nothing else: what is not of this form is refused by its place, what
/// was found and what was expected.</summary>
internal static class InputsReader
{
    private const string Form = """{"inputs": [[0, 1, ...], ...]}""";
    private const int LongestExcerpt = 40;

    /// <param name="body">The body, JSON in UTF-8.</param>
    /// <param name="width">The number of elements of a vector.</param>
    /// <param name="maxSteps">The number of vectors that a request may have.</param>
    /// <returns>The vectors, one after the other.</returns>
    /// <exception cref="RefusedException">The body is not of this form.</exception>
    public static float[] Read(ReadOnlySpan<byte> body, int width, int maxSteps)
    {
        if (body.IsEmpty)
            throw RefusedException.BadInput($"The body is empty; expected {Form}.");
        if (!Utf8.IsValid(body))
            throw RefusedException.BadInput($"The body is not UTF-8; expected {Form}.");
        try
        {
            var reader = new Utf8JsonReader(body);
            Next(ref reader, JsonTokenType.StartObject, "The body");
            reader.Read();
            if (reader.TokenType != JsonTokenType.PropertyName)
                throw RefusedException.BadInput($"The body has no 'inputs'; expected {Form}.");
            if (!reader.ValueTextEquals("inputs"u8))
                throw RefusedException.BadInput($"The body has '{Excerpt(reader.ValueSpan)}'; expected 'inputs' alone, {Form}.");
            Next(ref reader, JsonTokenType.StartArray, "'inputs'");
            var values = Vectors(ref reader, width, maxSteps);
            reader.Read();
            if (reader.TokenType == JsonTokenType.PropertyName)
                throw RefusedException.BadInput($"The body has '{Excerpt(reader.ValueSpan)}' after 'inputs'; expected 'inputs' alone, {Form}.");
            // Throws if anything follows.
            reader.Read();
            return values;
        }
        catch (JsonException e)
        {
            throw RefusedException.BadInput($"The body is not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {Reason(e)} Expected {Form}.");
        }
    }

    private static float[] Vectors(ref Utf8JsonReader reader, int width, int maxSteps)
    {
        var values = new float[4 * width];
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (count == maxSteps)
                throw RefusedException.BadInput($"'inputs' has more than {maxSteps} vectors; expected 1 to {maxSteps}.");
            if (reader.TokenType != JsonTokenType.StartArray)
                throw RefusedException.BadInput($"inputs[{count}] is {Found(ref reader)}; expected an array of {width} numbers.");
            if ((count + 1) * width > values.Length)
                Array.Resize(ref values, (int)Math.Min(2L * values.Length, (long)maxSteps * width));
            Vector(ref reader, values.AsSpan(count * width, width), count);
        }

        if (count == 0)
            throw RefusedException.BadInput($"'inputs' has 0 vectors; expected 1 to {maxSteps}.");
        return values[..(count * width)];
    }

    private static void Vector(ref Utf8JsonReader reader, Span<float> vector, int step)
    {
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (reader.TokenType != JsonTokenType.Number)
                throw RefusedException.BadInput($"inputs[{step}][{count}] is {Found(ref reader)}; expected a number.");
            if (!reader.TryGetSingle(out var value) || !float.IsFinite(value))
                throw RefusedException.BadInput($"inputs[{step}][{count}] is {Excerpt(reader.ValueSpan)}; expected a number that is finite as a float32.");
            if (count < vector.Length)
                vector[count] = value;
        }

        if (count != vector.Length)
            throw RefusedException.BadInput($"inputs[{step}] has {count} numbers; expected {vector.Length}, the model's inputs.");
    }

    private static void Next(ref Utf8JsonReader reader, JsonTokenType expected, string what)
    {
        reader.Read();
        if (reader.TokenType != expected)
            throw RefusedException.BadInput($"{what} is {Found(ref reader)}; expected {(expected == JsonTokenType.StartArray ? "an array of vectors" : "an object")}, {Form}.");
    }

    private static string Found(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => $"the text '{Excerpt(reader.ValueSpan)}'",
        _ => Excerpt(reader.ValueSpan),
    };

    private static string Excerpt(ReadOnlySpan<byte> text) =>
        Encoding.UTF8.GetString(text[..Math.Min(text.Length, LongestExcerpt)]) + (text.Length > LongestExcerpt ? "..." : "");

    /// <summary>Returns the reader's reason without its place, and without its advice to programmers.</summary>
    private static string Reason(JsonException e)
    {
        var reason = e.Message;
        foreach (var end in (string[])[" LineNumber: ", " Change the reader options."])
            if (reason.IndexOf(end, StringComparison.Ordinal) is var place and >= 0)
                reason = reason[..place];
        return reason;
    }
}
