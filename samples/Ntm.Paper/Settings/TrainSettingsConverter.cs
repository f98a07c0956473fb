using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ntm.Paper.Catalog;

namespace Ntm.Paper.Settings;

/// <summary>
/// Settings as one flat object: those of the training, and of the chosen options classes their properties. Of a class that is not chosen, none is
/// read and none written.
/// </summary>
internal sealed class TrainSettingsConverter : JsonConverter<TrainSettings>
{
    public override TrainSettings Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException("found no object of settings; expected one.");
        if (json.FirstOrDefault(pair => SettingProperty.All.All(s => s.Key != pair.Key)).Key is { } unknown)
            throw new JsonException($"The JSON property '{unknown}' could not be mapped to any setting.", $"$.{unknown}", null, null);
        var own = new JsonObject(SettingProperty.All.Where(s => s.Members[0].Group is null && json.ContainsKey(s.Key)).Select(s => KeyValuePair.Create(s.Key, json[s.Key]?.DeepClone())));
        var settings = own.Deserialize<TrainSettings>(SettingsJson.Plain)!;
        foreach (var setting in SettingProperty.All)
        {
            if (!json.TryGetPropertyValue(setting.Key, out var value) || setting.MemberIn(settings) is not { Group: not null } member)
                continue;
            // An earlier program wrote null for what the optimizer's authors chose.
            if (value is null && setting.Key == "epsilon")
                continue;
            member.Property.SetValue(member.OwnerIn(settings), Value(value, member));
        }

        TaskCatalog.FindOrNull(settings.Task)?.Complete(settings.Data!, json.ContainsKey);
        return settings;
    }

    public override void Write(Utf8JsonWriter writer, TrainSettings value, JsonSerializerOptions options)
    {
        var json = JsonSerializer.SerializeToNode(value, SettingsJson.Plain)!.AsObject();
        foreach (var setting in SettingProperty.All)
        {
            if (setting.MemberIn(value) is not { } member)
                json.Remove(setting.Key);
            else if (member.Group is not null)
                json[setting.Key] = SettingsJson.Node(member.Property.GetValue(member.OwnerIn(value)), member.Property.PropertyType);
        }

        json.WriteTo(writer);
    }

    private static object? Value(JsonNode? value, SettingMember member)
    {
        var type = member.Property.PropertyType;
        try
        {
            if (value is null)
                return Nullable.GetUnderlyingType(type) is not null || !type.IsValueType ? null : throw new JsonException("found null.");
            return value.Deserialize(type, SettingsJson.Plain);
        }
        catch (JsonException e)
        {
            throw new JsonException(e.Message, $"$.{member.Key}", null, null, e);
        }
    }
}
