namespace Ntm.Core;

/// <summary>Where one parameter lies in a flat buffer of all.</summary>
/// <param name="Name">Its name, as <c>named_parameters()</c> of the machine gives it.</param>
/// <param name="Offset">Its first element.</param>
/// <param name="Length">Its number of elements.</param>
public readonly record struct ParameterSegment(string Name, int Offset, int Length);
