using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ntm.Training;

/// <summary>
/// The classes that an abstract options class lists in its <see cref="JsonDerivedTypeAttribute"/>s, with their names and default objects. The source
/// generator writes the code that creates the objects, so this works in trimmed programs.
/// </summary>
internal static partial class KnownOptions
{
    public static IReadOnlyList<string> Names<T>()
        where T : class => [.. Derived<T>().Select(d => (string)d.TypeDiscriminator!)];

    public static string NameOf<T>(T options)
        where T : class => (string)Derived<T>().First(d => d.DerivedType == options.GetType()).TypeDiscriminator!;

    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static T Create<T>(string name)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(name);
        var type = Derived<T>().FirstOrDefault(d => (string)d.TypeDiscriminator! == name).DerivedType
            ?? throw new ArgumentException($"name is '{name}'; expected one of {string.Join(", ", Names<T>())}.", nameof(name));
        return (T)Info(type).CreateObject!();
    }

    private static IList<JsonDerivedType> Derived<T>() => Info(typeof(T)).PolymorphismOptions!.DerivedTypes;

    private static JsonTypeInfo Info(Type type) => OptionTypes.Default.GetTypeInfo(type) ?? throw new InvalidOperationException($"{type} is no options class.");

    [JsonSerializable(typeof(OptimizerOptions))]
    [JsonSerializable(typeof(GradientClipping))]
    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    private sealed partial class OptionTypes : JsonSerializerContext;
}
