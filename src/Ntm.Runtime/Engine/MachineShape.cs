using Ntm.Core;

namespace Ntm.Runtime.Engine;

/// <summary>
/// The sizes of a machine and where things lie in the engine's rows. Units of a layer and outputs are padded to multiples of 8. Padded units are exactly
/// zero throughout.
/// </summary>
/// <remarks>
/// Columns of a layer's row: its own previous output if it has memory, then what lies below it (the reads, for the first layer the inputs
/// as well), then a one for the bias. The top row is the controller's output, a one, the reads. Vector stores of an output run over into what follows:
/// it is written afterwards.
/// </remarks>
internal sealed class MachineShape
{
    public MachineShape(NtmOptions options, int layers, ControllerLayout controller, AccessShape access)
    {
        (Inputs, Outputs, Units, Layers) = (options.InputSize, options.OutputSize, options.ControllerSize, layers);
        (Controller, Access) = (controller, access);
        Clip = options.Clip is { } clip ? (float)clip : float.PositiveInfinity;
        HeadOutputs = access.Outputs;
        State = new StateLayout([.. Enumerable.Range(0, layers).SelectMany(l => controller.State(l, Units))], access.State);
    }

    public ControllerLayout Controller { get; }

    public AccessShape Access { get; }

    /// <summary>What is carried from step to step, as whoever calls sees it.</summary>
    public StateLayout State { get; }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Units per layer, <c>H</c>.</summary>
    public int Units { get; }

    public int Layers { get; }

    public float Clip { get; }

    /// <summary>Outputs of the layers that tell the memory access what to do.</summary>
    public int HeadOutputs { get; }

    public int UnitsPadded => Round.Up(Units, 8);

    public int OutputsPadded => Round.Up(Outputs, 8);

    public int HeadOutputsPadded => Round.Up(HeadOutputs, 8);

    public int ReadWidth => Access.ReadWidth;

    /// <summary>Rows of sums of a layer.</summary>
    public int GateRows => Controller.Sums.Length * UnitsPadded;

    /// <summary>Where, in a layer's row, what lies below begins.</summary>
    public int BelowColumn => Controller.Recurs ? Units : 0;

    /// <summary>Where the inputs begin in the first layer's row.</summary>
    public int InputColumn => BelowColumn + ReadWidth;

    /// <summary>Where the one lies in the top row.</summary>
    public int TopBiasColumn => Units;

    public int TopReadColumn => Units + 1;

    public int TopColumns => Units + 1 + ReadWidth;

    /// <summary>Distance between top rows.</summary>
    public int TopStride => Math.Max(Round.Up(TopColumns, 8), UnitsPadded + 8);

    public int BiasColumn(int layer) => layer == 0 ? InputColumn + Inputs : BelowColumn + Units;

    /// <summary>Distance between rows of a layer.</summary>
    public int LayerStride(int layer) => Math.Max(Round.Up(BiasColumn(layer) + 1, 8), Round.Up(BelowColumn + (layer == 0 ? 0 : UnitsPadded), 8) + 8);

    /// <summary>As torch's clamp: the gradient passes within the bounds and on them.</summary>
    public bool Inside(float logit) => Math.Abs(logit) <= Clip;
}
