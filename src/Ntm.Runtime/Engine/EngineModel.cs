using Ntm.Core;

namespace Ntm.Runtime.Engine;

/// <summary>A machine as the engine sees it: its sizes, and the parameters that it computes with.</summary>
/// <param name="Shape">The sizes.</param>
/// <param name="Parameters">The parameters.</param>
internal sealed record EngineModel(MachineShape Shape, ParameterTable Parameters)
{
    /// <summary>What sequences start from.</summary>
    public AccessStart Start { get; } = Shape.Access.CreateStart(Parameters);

    /// <summary>Whether a parameter is used only where a sequence starts from the machine's own initial state.</summary>
    public bool IsInitial(int place) => Start.Parameters.Contains(place) || Array.Exists(Parameters.Layers, l => l.InitialH == place || l.InitialC == place);

    /// <summary>Buffers and code for calls of this machine, one at a time.</summary>
    /// <param name="loss">The loss of calls with targets.</param>
    public ISequenceWorkspace CreateWorkspace(LossKind loss) => Shape.Access.CreateWorkspace(ControllerTable.Of(Shape.Controller.Kind), LossTable.Of(loss), this);
}
