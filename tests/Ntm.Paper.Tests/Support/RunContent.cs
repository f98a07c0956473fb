using Ntm.Core.Serialization;

namespace Ntm.Paper.Tests.Support;

/// <summary>The content that must be equal in the folders of two runs that trained alike.</summary>
internal static class RunContent
{
    /// <summary>The learning curve without its times, which no two trainings share.</summary>
    public static string[] History(string run) =>
        [.. File.ReadAllLines(Path.Combine(run, "history.csv")).Select(line => string.Join(',', line.Split(',')[..3]))];

    /// <summary>The weights by name, without the settings beside them, which may differ in threads.</summary>
    public static Dictionary<string, byte[]> Weights(string run) =>
        SafeTensorsFile.Load(Path.Combine(run, "model.safetensors")).Tensors.ToDictionary(t => t.Name, t => t.Data.ToArray());
}
