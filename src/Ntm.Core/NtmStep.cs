using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>The results of one step, including those of the heads.</summary>
/// <param name="Logits"><c>[B, O]</c></param>
/// <param name="State">The state after the step.</param>
/// <param name="Erases"><c>[B, K, M]</c></param>
/// <param name="Adds"><c>[B, K, M]</c></param>
internal sealed record NtmStep(Tensor Logits, NtmState State, Tensor Erases, Tensor Adds);
