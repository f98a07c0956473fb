using Ntm.Core.Internal;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// The equations of sections 3.1 to 3.3 of the paper, each as a pure function on batches and heads: <c>B</c> sequences, <c>h</c>
/// heads, <c>N</c> locations, <c>M</c> width, <c>2S + 1</c> shifts. They are finite, with finite derivatives, for every finite input.
/// </summary>
public static class MemoryEquations
{
    /// <summary>Added to squared norms in <see cref="CosineSimilarity"/>, so that zero vectors have similarity 0 and a derivative.</summary>
    public const double NormEpsilon = Epsilons.Norm;

    /// <summary>Added to weights before the logarithm in <see cref="Sharpen"/>.</summary>
    public const double WeightEpsilon = Epsilons.Weight;

    /// <summary>Equation (6): <c>K(k, M(i)) = k . M(i) / (|k| |M(i)|)</c>, with <see cref="NormEpsilon"/> added to the squared norms.</summary>
    /// <param name="keys"><c>[B, h, M]</c></param>
    /// <param name="memory"><c>[B, N, M]</c></param>
    /// <returns><c>[B, h, N]</c>, in -1..1</returns>
    public static Tensor CosineSimilarity(Tensor keys, Tensor memory)
    {
        var keyScale = (keys * keys).sum(-1, keepdim: true).PlusNormEpsilon().rsqrt();
        var rowScale = (memory * memory).sum(-1).PlusNormEpsilon().rsqrt().unsqueeze(1);
        return keys.bmm(memory.transpose(1, 2)) * keyScale * rowScale;
    }

    /// <summary>Equation (5): <c>w_c = softmax(beta K(k, M(i)))</c> over the locations.</summary>
    /// <param name="keys"><c>[B, h, M]</c></param>
    /// <param name="strengths">The key strengths, beta, <c>[B, h, 1]</c>; at least 0.</param>
    /// <param name="memory"><c>[B, N, M]</c></param>
    /// <returns><c>[B, h, N]</c>, each weighting sums to 1</returns>
    public static Tensor ContentWeighting(Tensor keys, Tensor strengths, Tensor memory) =>
        (strengths * CosineSimilarity(keys, memory)).softmax(-1);

    /// <summary>Equation (7): <c>w_g = g w_c + (1 - g) w_{t-1}</c>.</summary>
    /// <param name="gates">The interpolation gates, g, <c>[B, h, 1]</c>; 0..1.</param>
    /// <param name="content">The content weightings, <c>[B, h, N]</c>.</param>
    /// <param name="previous">The previous step's weightings, <c>[B, h, N]</c>.</param>
    /// <returns><c>[B, h, N]</c></returns>
    public static Tensor Interpolate(Tensor gates, Tensor content, Tensor previous) => previous.Plus(gates * (content - previous));

    /// <summary>
    /// Equation (8): <c>w_s(i) = sum_j w_g(j) s(i - j)</c>, indices modulo <c>N</c>. A shift weighting with <c>s(+1) = 1</c> moves the
    /// focus from location <c>i</c> to <c>i + 1</c>.
    /// </summary>
    /// <param name="weightings"><c>[B, h, N]</c></param>
    /// <param name="shifts"><c>[B, h, 2S + 1]</c>: the weights of the shifts <c>-S..S</c>, in this order</param>
    /// <returns><c>[B, h, N]</c></returns>
    public static Tensor Shift(Tensor weightings, Tensor shifts)
    {
        var range = (int)(shifts.size(-1) / 2);
        var shifted = weightings * shifts.narrow(-1, range, 1);
        for (var s = 1; s <= range; s++)
        {
            shifted = shifted
                .Plus(weightings.roll(s, -1) * shifts.narrow(-1, range + s, 1))
                .Plus(weightings.roll(-s, -1) * shifts.narrow(-1, range - s, 1));
        }

        return shifted;
    }

    /// <summary>
    /// Equation (9): <c>w(i) = w_s(i)^gamma / sum_j w_s(j)^gamma</c>, computed as <c>softmax(gamma log(w_s + epsilon))</c>, which has
    /// no zero to a power and no division.
    /// </summary>
    /// <param name="weightings"><c>[B, h, N]</c>; at least 0</param>
    /// <param name="gammas">The sharpening factors, gamma, <c>[B, h, 1]</c>; at least 1.</param>
    /// <returns><c>[B, h, N]</c>, each weighting sums to 1</returns>
    public static Tensor Sharpen(Tensor weightings, Tensor gammas) => (gammas * weightings.PlusWeightEpsilon().log()).softmax(-1);

    /// <summary>Equation (2): <c>r = sum_i w(i) M(i)</c>.</summary>
    /// <param name="weightings"><c>[B, h, N]</c></param>
    /// <param name="memory"><c>[B, N, M]</c></param>
    /// <returns>The read vectors, <c>[B, h, M]</c></returns>
    public static Tensor Read(Tensor weightings, Tensor memory) => weightings.bmm(memory);

    /// <summary>
    /// Equations (3) and (4): <c>M(i) = M(i) prod_h (1 - w_h(i) e_h) + sum_h w_h(i) a_h</c>. All heads erase before any adds, so
    /// that their order does not matter.
    /// </summary>
    /// <param name="memory"><c>[B, N, M]</c></param>
    /// <param name="weightings"><c>[B, h, N]</c></param>
    /// <param name="erases">The erase vectors, e, <c>[B, h, M]</c>; 0..1.</param>
    /// <param name="adds">The add vectors, a, <c>[B, h, M]</c>.</param>
    /// <returns>The new memory, <c>[B, N, M]</c></returns>
    public static Tensor Write(Tensor memory, Tensor weightings, Tensor erases, Tensor adds)
    {
        var kept = memory;
        for (long h = 0; h < weightings.size(1); h++)
        {
            var erased = weightings.select(1, h).unsqueeze(2) * erases.select(1, h).unsqueeze(1);
            kept = kept * erased.neg().PlusOne();
        }

        return kept.Plus(weightings.transpose(1, 2).bmm(adds));
    }
}
