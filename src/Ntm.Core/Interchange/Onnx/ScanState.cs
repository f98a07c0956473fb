namespace Ntm.Core.Interchange.Onnx;

/// <summary>A tensor of the state that the steps of a <c>Scan</c> pass on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Initial">Its value before the first step, in the outer graph, <c>[B, ...]</c>.</param>
/// <param name="Sizes">The sizes of its dimensions after <c>B</c>.</param>
internal readonly record struct ScanState(string Name, string Initial, long[] Sizes);

/// <summary>An output of the model, which has a part for every step.</summary>
/// <param name="Name">The name of the output <c>[T, B, ...]</c>.</param>
/// <param name="Description">What it is.</param>
/// <param name="Sizes">The sizes of its dimensions after <c>T</c> and <c>B</c>.</param>
internal readonly record struct ScanOutput(string Name, string Description, long[] Sizes);
