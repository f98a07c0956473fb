namespace Ntm.Runtime.Engine;

/// <summary>
/// The bound of gradients that flow backward from step to step. All engines apply it at the same places: to the gradients of the weightings and of the
/// controller's outputs and cells. Each step can multiply them by thousands (sharpening among nearly tied locations, a cosine with rows of almost no
/// length), so over a long sequence they would exceed the range of float32, and infinity minus infinity is NaN. Of such a large
/// gradient only the sign is meaningful: Graves clips at ten (arXiv 1308.0850, section 2.1), which also keeps nothing but the sign.
/// </summary>
internal static class GradientBound
{
    /// <summary>The bound. The results of a step from it stay far below the largest float32, 3.4e38, and so does its square.</summary>
    public const float Value = 1e10f;
}
