namespace Ntm.Paper.Settings;

/// <summary>A setting that may be another one when an interrupted training goes on; all others decide what it learns.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MayChangeAttribute : Attribute;
