using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ntm.Training.Search;

/// <summary>The progress of a search as JSON.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(BranchSearchProgress))]
internal sealed partial class BranchSearchJson : JsonSerializerContext;
