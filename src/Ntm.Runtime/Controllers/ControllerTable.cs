using Ntm.Core;

namespace Ntm.Runtime.Controllers;

/// <summary>The built-in controllers: a new one is registered here.</summary>
internal static class ControllerTable
{
    public static IReadOnlyList<ControllerEntry> All { get; } =
    [
        new ControllerEntry<Lstm>(),
        new ControllerEntry<Feedforward>(),
        new ControllerEntry<Gru>(),
    ];

    public static ControllerEntry Of(ControllerKind kind) => All.Single(entry => entry.Layout.Kind == kind);
}

/// <summary>A built-in controller.</summary>
internal abstract class ControllerEntry
{
    public abstract ControllerLayout Layout { get; }

    /// <summary>Creates an engine for machines with this controller.</summary>
    public abstract ISequenceWorkspace Create<TAccess, TLoss>(EngineModel model)
        where TAccess : struct, IMemoryAccess
        where TLoss : struct, ILoss;

    /// <summary>Creates an engine for single steps of machines with this controller.</summary>
    public abstract StepEngine CreateStepEngine<TAccess>(EngineModel model)
        where TAccess : struct, IMemoryAccess;
}

/// <inheritdoc />
internal sealed class ControllerEntry<TController> : ControllerEntry
    where TController : struct, IController
{
    public override ControllerLayout Layout => TController.Layout;

    public override ISequenceWorkspace Create<TAccess, TLoss>(EngineModel model) => new Workspace<TController, TAccess, TLoss>(model);

    public override StepEngine CreateStepEngine<TAccess>(EngineModel model) => new StepEngine<TController, TAccess>(model);
}
