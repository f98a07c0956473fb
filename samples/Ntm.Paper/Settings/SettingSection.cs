namespace Ntm.Paper.Settings;

/// <summary>What settings are about: the sections of the help.</summary>
internal static class SettingSection
{
    public const string Run = "Run";
    public const string Model = "Model";
    public const string Data = "Data";
    public const string Optimizer = "Optimizer";
    public const string Branches = "Branches";
    public const string Output = "Output";

    /// <summary>In the order of the help.</summary>
    public static IReadOnlyList<string> All { get; } = [Run, Model, Data, Optimizer, Branches, Output];
}
