namespace Ntm.Core;

/// <summary>The place of one parameter in a flat buffer of all parameters.</summary>
/// <param name="Name">The name, as in the machine's <c>named_parameters()</c>.</param>
/// <param name="Offset">The index of the first element.</param>
/// <param name="Length">The number of elements.</param>
public readonly record struct ParameterSegment(string Name, int Offset, int Length);
