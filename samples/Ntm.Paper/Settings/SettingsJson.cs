using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Ntm.Paper.Settings;

/// <summary>Settings as JSON: kebab case, enums by name, nothing unknown.</summary>
internal static class SettingsJson
{
    public static readonly JsonNamingPolicy Naming = JsonNamingPolicy.KebabCaseLower;

    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = Naming,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(Naming, allowIntegerValues: false) },
        WriteIndented = true,
    };

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <exception cref="UsageException">The file cannot be read or is not a JSON object.</exception>
    public static JsonObject ReadFile(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path), documentOptions: Strict) as JsonObject
                ?? throw new UsageException($"--config {path}: expected a JSON object of settings.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--config {path}: {e.Message}", e);
        }
    }

    /// <summary>A document that is part of the program.</summary>
    public static JsonObject ReadResource(string name)
    {
        using var stream = typeof(SettingsJson).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        return (JsonObject)JsonNode.Parse(stream, documentOptions: Strict)!;
    }

    /// <summary>The settings that apply to their task and architecture, as a settings file has them.</summary>
    public static string Write(TrainSettings settings)
    {
        var json = JsonSerializer.SerializeToNode(settings, Options)!.AsObject();
        foreach (var foreign in SettingProperty.All.Where(s => !s.AppliesTo(settings.Task) || !s.AppliesTo(settings.Architecture)))
            json.Remove(foreign.Key);
        return json.ToJsonString(Options);
    }

    /// <summary>An enum's name on the command line.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonSerializer.Serialize(value, Options).Trim('"');

    /// <summary>A setting's built-in default as text; <see langword="null"/> if it has none.</summary>
    public static string? Default(string key) =>
        JsonSerializer.SerializeToNode(new TrainSettings { Task = "" }, Options)![key]?.ToString();
}
