namespace Ntm.Core.Serialization;

/// <summary>A tensor that a model of certain options has, whose file must have it too.</summary>
internal readonly record struct TensorShape(string Name, params long[] Shape);
