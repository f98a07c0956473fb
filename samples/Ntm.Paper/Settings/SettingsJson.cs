using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ntm.Paper.Catalog;
using Ntm.Shared;
using Ntm.Training;

namespace Ntm.Paper.Settings;

/// <summary>Settings as JSON: kebab case, enums by name, nothing unknown.</summary>
internal static class SettingsJson
{
    public static readonly JsonNamingPolicy Naming = JsonNamingPolicy.KebabCaseLower;

    /// <summary>For values, and for the properties of <see cref="TrainSettings"/> alone.</summary>
    public static readonly JsonSerializerOptions Plain = new()
    {
        PropertyNamingPolicy = Naming,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters =
        {
            new JsonStringEnumConverter(Naming, allowIntegerValues: false),
            new OptionNameConverter<OptimizerOptions>(OptimizerOptions.Names, OptimizerOptions.Create, optimizer => optimizer.Name),
            new OptionNameConverter<GradientClipping>(GradientClipping.Names, GradientClipping.Create, clipping => clipping.Name),
        },
        // Of options with a name the name alone is written, their numbers are settings beside it.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { type => type.PolymorphismOptions = null } },
        WriteIndented = true,
    };

    public static readonly JsonSerializerOptions Options = new(Plain) { Converters = { new TrainSettingsConverter() } };

    private const string Heads = "heads";
    private const string Sequences = "sequences";
    private const string Epochs = "epochs";

    private const int MaxBytes = 1 << 20;

    private static readonly string[] KindsOfHeads = ["read-heads", "write-heads"];

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <param name="path">The file.</param>
    /// <param name="option">The option that named it, for messages.</param>
    /// <exception cref="UsageException">The file cannot be read or is not a JSON object.</exception>
    public static JsonObject ReadFile(string path, string option)
    {
        var source = $"{option} {path}";
        try
        {
            return Parse(Utf8.GetString(JsonFault.WithoutMark(RegularFile.ReadAllBytes(path, MaxBytes))), source);
        }
        catch (DecoderFallbackException e)
        {
            throw new UsageException($"{source}: found bytes that are not UTF-8 at byte {e.Index}; expected JSON.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UsageException($"{source}: {e.Message}", e);
        }
    }

    /// <param name="text">The settings.</param>
    /// <param name="source">Where they are from, for messages.</param>
    /// <exception cref="UsageException">It is not a JSON object.</exception>
    public static JsonObject Parse(string text, string source)
    {
        try
        {
            var settings = JsonNode.Parse(text, documentOptions: Strict) as JsonObject ?? throw new UsageException($"{source}: expected a JSON object of settings.");
            // Texts are decoded late: half a surrogate pair in one would be found anywhere but here.
            _ = settings.ToJsonString();
            return settings;
        }
        catch (InvalidOperationException e)
        {
            throw new UsageException($"{source}: {e.Message}", e);
        }
        catch (JsonException e)
        {
            throw new UsageException($"{source}: {JsonFault.Describe(e, Encoding.UTF8.GetBytes(text))}", e);
        }
    }

    /// <summary>A document that is part of the program.</summary>
    public static JsonObject ReadResource(string name)
    {
        using var stream = typeof(SettingsJson).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        return (JsonObject)JsonNode.Parse(stream, documentOptions: Strict)!;
    }

    /// <summary>The settings that apply, as a settings file has them: without what follows from others.</summary>
    public static string Write(TrainSettings settings) => Reduced(settings).ToJsonString(Options);

    /// <summary>The settings of a settings file.</summary>
    public static JsonObject Reduced(TrainSettings settings)
    {
        var json = JsonSerializer.SerializeToNode(settings, Options)!.AsObject();
        // Where a run lies is no part of it.
        json.Remove(Naming.ConvertName(nameof(TrainSettings.Out)));
        string[] implied = settings.Heads is null ? [Heads] : KindsOfHeads;
        foreach (var key in implied.Concat(TaskCatalog.FindOrNull(settings.Task)?.Implied(settings.Data!) ?? []))
            json.Remove(key);
        return json;
    }

    /// <summary>Puts settings over others.</summary>
    public static void Overlay(JsonObject target, JsonObject layer)
    {
        // It says it of both kinds.
        if (layer.ContainsKey(Heads))
            foreach (var kind in KindsOfHeads)
                target.Remove(kind);
        // Each is the number of the other in another unit.
        if (layer.ContainsKey(Sequences))
            target.Remove(Epochs);
        if (layer.ContainsKey(Epochs))
            target.Remove(Sequences);
        foreach (var (key, value) in layer)
            target[key] = value?.DeepClone();
    }

    /// <summary>A value as JSON.</summary>
    public static JsonNode? Node(object? value, Type type) => JsonSerializer.SerializeToNode(value, type, Plain);

    /// <summary>An enum's name on the command line.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonSerializer.Serialize(value, Options).Trim('"');
}

/// <summary>Options of one of several classes by the name of the class; their numbers are separate settings.</summary>
/// <param name="names">The names.</param>
/// <param name="create">Makes the options of a name.</param>
/// <param name="nameOf">The name of options.</param>
internal sealed class OptionNameConverter<T>(IReadOnlyList<string> names, Func<string, T> create, Func<T, string> nameOf) : JsonConverter<T>
    where T : class
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is { } name && names.Contains(name) ? create(name) : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(nameOf(value));
}
