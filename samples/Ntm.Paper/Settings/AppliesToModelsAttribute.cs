namespace Ntm.Paper.Settings;

/// <summary>The architectures that a setting is for; a setting without it is for all.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AppliesToModelsAttribute(params Architecture[] architectures) : Attribute
{
    public IReadOnlyList<Architecture> Architectures { get; } = architectures;
}
