namespace Ntm.Core.Serialization;

/// <summary>A tensor of a model with certain options, which its file must contain.</summary>
internal readonly record struct TensorShape(string Name, params long[] Shape);
