namespace Ntm.Runtime.Engine;

/// <summary>
/// The bound of the gradients that go backward from step to step. Each step can multiply them by thousands (sharpening among nearly tied locations,
/// a cosine with rows of almost no length). Over a long sequence they would leave the range of float32, and infinity minus infinity is not a
/// number. A gradient that large says nothing but its sign: Graves clips at ten (arXiv 1308.0850, section 2.1), after which nothing is left of it
/// either.
/// </summary>
/// <remarks>
/// The CPU and CUDA engines bound the gradients of the weightings and of the controller's outputs and cells, where it costs least. The reference
/// engine bounds the gradient of the whole state, in one autograd function. Every path through two steps crosses both, and below the bound
/// both are the identity.
/// </remarks>
internal static class GradientBound
{
    /// <summary>The bound. The results of a step from it stay far below the largest float32, 3.4e38, and so does its square.</summary>
    public const float Value = 1e10f;
}
