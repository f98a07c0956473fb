namespace Ntm.Paper.Settings;

/// <summary>The tasks that a setting is for; a setting without it is for all.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AppliesToAttribute(params string[] tasks) : Attribute
{
    public IReadOnlyList<string> Tasks { get; } = tasks;
}
