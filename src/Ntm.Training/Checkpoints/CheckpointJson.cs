using System.Text.Json;
using System.Text.Json.Serialization;
using Ntm.Core;
using Ntm.Shared;

namespace Ntm.Training.Checkpoints;

/// <summary>Converts the records of a checkpoint's metadata to and from JSON.</summary>
internal static partial class CheckpointJson
{
    private static readonly JsonSerializerOptions Json = StrictJson.Options(
        CheckpointTypes.Default, StrictJson.Enum<TrainingOutcome>(), StrictJson.Enum<LossKind>(), StrictJson.Enum<LearningRateSchedule>());

    public static string Write<T>(T value) => StrictJson.Write(value, Json);

    /// <exception cref="JsonException">The text is not JSON of such a value; the message has the reason.</exception>
    public static T? Read<T>(string json) => StrictJson.Read<T>(json, Json);

    [JsonSerializable(typeof(TrainingState))]
    [JsonSerializable(typeof(SavedOptions))]
    [JsonSerializable(typeof(LossKind?))]
    [JsonSerializable(typeof(LossKind))]
    [JsonSerializable(typeof(string[]))]
    [JsonSerializable(typeof(SavedOptionsOfVersion1))]
    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    private sealed partial class CheckpointTypes : JsonSerializerContext;
}
