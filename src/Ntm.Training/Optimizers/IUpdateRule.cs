using System.Numerics;
using static TorchSharp.torch;

namespace Ntm.Training.Optimizers;

/// <summary>
/// One optimizer's formula, for vectors of the CPU and for tensors. A struct, so that the loop over a flat buffer is compiled for each rule
/// with the formula inlined.
/// </summary>
internal interface IUpdateRule<TSelf>
    where TSelf : struct, IUpdateRule<TSelf>
{
    /// <summary>Numbers of state that the rule keeps per parameter element: 1 to 3.</summary>
    static abstract int StateCount { get; }

    /// <summary>Whether the change depends on the parameters themselves, as a weight decay does.</summary>
    static virtual bool ReadsValues => false;

    /// <summary>The rule with what is the same for all elements of one step.</summary>
    /// <param name="step">The step's number, from 1.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    TSelf ForStep(long step, double learningRate);

    /// <summary>The change of a parameter for its value and its (clipped) gradient; updates the state.</summary>
    Vector<float> Change(Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third);

    /// <summary>The same by torch's operations in place, on any device.</summary>
    /// <param name="gradient">The (clipped) gradient; may be used as scratch.</param>
    /// <param name="state">The rule's <see cref="StateCount"/> tensors; updated.</param>
    /// <param name="change">Where the change of the parameters goes. It holds their values before, if the rule <see cref="ReadsValues"/>.</param>
    /// <param name="step">The step's number, from 1.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <remarks>Numbers are scalars that live to the end of the call: the finalizer may free others during it (TorchSharp 0.107).</remarks>
    void Change(Tensor gradient, Tensor[] state, Tensor change, long step, double learningRate);
}
