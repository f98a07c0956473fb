using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>
/// The numbers that tensors are combined with, created once. TorchSharp turns a number into a native scalar for each call and does not keep it
/// alive during the call: on a busy machine, the finalizer can free it before libtorch reads it. Every sum has
/// such a scalar, a factor of one.
/// </summary>
internal static class Scalars
{
    private static readonly Scalar One = 1;
    private static readonly Scalar MinusOne = -1;
    private static readonly Scalar NormEpsilon = MemoryEquations.NormEpsilon;
    private static readonly Scalar WeightEpsilon = MemoryEquations.WeightEpsilon;
    private static readonly Scalar PyTorchEpsilon = Interchange.PyTorchAddressing.Epsilon;

    /// <summary><c>a + b</c></summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary><c>a - b</c></summary>
    public static Tensor Minus(this Tensor a, Tensor b) => a.add(b, MinusOne);

    /// <summary><c>a + 1</c></summary>
    public static Tensor PlusOne(this Tensor a) => a.add(One, One);

    /// <summary><c>log(1 + exp(a))</c>, computed as <c>-log(sigmoid(-a))</c>, because torch's own softplus takes two numbers.</summary>
    public static Tensor Softplus(this Tensor a) => nn.functional.logsigmoid(a.neg()).neg();

    /// <summary>Adds the number under the root of a norm.</summary>
    public static Tensor PlusNormEpsilon(this Tensor squares) => squares.add(NormEpsilon, One);

    /// <summary>Adds the number that a weighting needs before its logarithm.</summary>
    public static Tensor PlusWeightEpsilon(this Tensor weightings) => weightings.add(WeightEpsilon, One);

    /// <summary>Adds the number that PyTorch projects use where a sum may be zero.</summary>
    public static Tensor PlusPyTorchEpsilon(this Tensor values) => values.add(PyTorchEpsilon, One);
}
