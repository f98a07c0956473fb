using Ntm.Core;

namespace Ntm.Runtime.Engine;

/// <summary>
/// The sizes of a machine and the layout of the engine's rows. Units of a layer and outputs are padded to multiples of 8. Padded units are always
/// exactly zero.
/// </summary>
/// <remarks>
/// Columns of a layer's row: its own previous output if it has memory, then its input from below (the reads, for the first layer the model's inputs
/// as well), then a one for the bias. The top row is the controller's output, a one, the reads. Vector stores of an output may write past its end;
/// the columns after it are written later.
/// </remarks>
internal sealed class MachineShape
{
    public MachineShape(NtmOptions options, int layers, ControllerLayout controller, AccessShape access)
    {
        (Inputs, Outputs, Units, Layers) = (options.InputSize, options.OutputSize, options.ControllerSize, layers);
        (Controller, Access) = (controller, access);
        Clip = options.Clip is { } clip ? (float)clip : float.PositiveInfinity;
        MayDrop = options.Dropout > 0;
        HeadOutputs = access.Outputs;
        State = new StateLayout([.. Enumerable.Range(0, layers).SelectMany(l => controller.State(l, Units))], access.State);
    }

    public ControllerLayout Controller { get; }

    public AccessShape Access { get; }

    /// <summary>The state that is passed from step to step, as callers see it.</summary>
    public StateLayout State { get; }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>The number of units per layer, <c>H</c>.</summary>
    public int Units { get; }

    public int Layers { get; }

    public float Clip { get; }

    /// <summary>Whether units of the controller's output are dropped in train mode, so that there is space for their masks.</summary>
    public bool MayDrop { get; }

    /// <summary>The number of outputs of the layers that control the memory access.</summary>
    public int HeadOutputs { get; }

    public int UnitsPadded => Round.Up(Units, 8);

    public int OutputsPadded => Round.Up(Outputs, 8);

    public int HeadOutputsPadded => Round.Up(HeadOutputs, 8);

    public int ReadWidth => Access.ReadWidth;

    /// <summary>The number of rows of sums of a layer.</summary>
    public int GateRows => Controller.Sums.Length * UnitsPadded;

    /// <summary>The column of a layer's row where its input from below begins.</summary>
    public int BelowColumn => Controller.Recurs ? Units : 0;

    /// <summary>The column of the first layer's row where the model's inputs begin.</summary>
    public int InputColumn => BelowColumn + ReadWidth;

    /// <summary>The column of the one in the top row.</summary>
    public int TopBiasColumn => Units;

    public int TopReadColumn => Units + 1;

    public int TopColumns => Units + 1 + ReadWidth;

    /// <summary>The distance between top rows.</summary>
    public int TopStride => Math.Max(Round.Up(TopColumns, 8), UnitsPadded + 8);

    public int BiasColumn(int layer) => layer == 0 ? InputColumn + Inputs : BelowColumn + Units;

    /// <summary>The distance between rows of a layer.</summary>
    public int LayerStride(int layer) => Math.Max(Round.Up(BiasColumn(layer) + 1, 8), Round.Up(BelowColumn + (layer == 0 ? 0 : UnitsPadded), 8) + 8);

    /// <summary>Does the same as torch's clamp: the gradient passes within the bounds and on them.</summary>
    public bool Inside(float logit) => Math.Abs(logit) <= Clip;
}
