using System.Runtime.Intrinsics;
using Ntm.Core;
using static Ntm.Runtime.Engine.VectorMath;

namespace Ntm.Runtime.Controllers;

/// <summary>Layers of tanh units without memory.</summary>
internal readonly struct Feedforward : IController
{
    public static ControllerLayout Layout { get; } = new()
    {
        Kind = ControllerKind.Feedforward,
        Sums = [new(0, -1)],
        InputWeight = "weight",
        InputBias = "bias",
    };

    public static bool PassesOutput => false;

    public static unsafe void Forward(in LayerSlot slot) => Forward(slot.Sums, slot.Output, slot.Units);

    public static unsafe void Backward(in LayerGradient gradient) => Backward(gradient.Sums, gradient.DOutput, gradient.Mask, gradient.Units);

    private static unsafe void Forward(float* sums, float* output, int units)
    {
        for (var u = 0; u < units; u += 8)
        {
            var y = Tanh(Vector256.Load(sums + u));
            y.Store(sums + u);
            y.Store(output + u);
        }
    }

    private static unsafe void Backward(float* outputs, float* dOutput, float* mask, int units)
    {
        var bound = Vector256.Create(Engine.GradientBound.Value);
        for (var u = 0; u < units; u += 8)
        {
            var y = Vector256.Load(outputs + u);
            ((Clamp(Vector256.Load(dOutput + u), bound) & Vector256.Load(mask + u)) * MultiplySubtract(y, y, Vector256<float>.One)).Store(outputs + u);
        }
    }
}
