using System.Numerics;
using static TorchSharp.torch;

namespace Ntm.Training.Optimizers;

/// <summary>
/// The formula of one optimizer, for CPU vectors and for tensors. A struct, so that the loop over a flat buffer is compiled for each rule
/// with the formula inlined.
/// </summary>
internal interface IUpdateRule<TSelf>
    where TSelf : struct, IUpdateRule<TSelf>
{
    /// <summary>The number of state values per parameter element: 1 to 3.</summary>
    static abstract int StateCount { get; }

    /// <summary>Whether the change depends on the parameters themselves, like a weight decay.</summary>
    static virtual bool ReadsValues => false;

    /// <summary>Creates the rule with the values that all elements of one step share.</summary>
    /// <param name="step">The step's number, from 1.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    TSelf ForStep(long step, double learningRate);

    /// <summary>Computes the change of a parameter from its value and its (clipped) gradient; updates the state.</summary>
    Vector<float> Change(Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third);

    /// <summary>Does the same by torch operations in place, on any device.</summary>
    /// <param name="gradient">The (clipped) gradient; may be used as scratch.</param>
    /// <param name="state">The rule's <see cref="StateCount"/> tensors; updated.</param>
    /// <param name="change">Receives the change of the parameters. On entry it has their values, if the rule <see cref="ReadsValues"/>.</param>
    /// <param name="step">The step's number, from 1.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <remarks>Numbers must be scalars that live to the end of the call: the finalizer may free others during it (TorchSharp 0.107).</remarks>
    void Change(Tensor gradient, Tensor[] state, Tensor change, long step, double learningRate);
}
