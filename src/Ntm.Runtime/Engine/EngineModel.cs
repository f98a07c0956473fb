using Ntm.Core;

namespace Ntm.Runtime.Engine;

/// <summary>The engine's view of a machine: its sizes and parameters.</summary>
/// <param name="Shape">The sizes.</param>
/// <param name="Parameters">The parameters.</param>
internal sealed record EngineModel(MachineShape Shape, ParameterTable Parameters)
{
    private HashSet<int>? _initial;

    /// <summary>The initial state of sequences.</summary>
    public AccessStart Start { get; } = Shape.Access.CreateStart(Parameters);

    /// <summary>Tells whether a parameter is used only if a sequence starts from the machine's initial state.</summary>
    public bool IsInitial(int place)
    {
        // Every single step asks for every parameter.
        _initial ??= [.. Start.Parameters, .. Parameters.Layers.Select(l => l.InitialH), .. Parameters.Layers.Select(l => l.InitialC)];
        return _initial.Contains(place);
    }

    /// <summary>Creates a workspace for calls of this machine, one at a time.</summary>
    /// <param name="loss">The loss of calls with targets.</param>
    public ISequenceWorkspace CreateWorkspace(LossKind loss) => Shape.Access.CreateWorkspace(ControllerTable.Of(Shape.Controller.Kind), LossTable.Of(loss), this);

    /// <summary>Creates an engine for single steps of this machine, one at a time.</summary>
    public StepEngine CreateStepEngine() => Shape.Access.CreateStepEngine(ControllerTable.Of(Shape.Controller.Kind), this);
}
