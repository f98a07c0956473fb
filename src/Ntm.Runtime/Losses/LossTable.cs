using Ntm.Core;

namespace Ntm.Runtime.Losses;

/// <summary>The built-in losses on spans: a new one is registered here.</summary>
internal static class LossTable
{
    public static IReadOnlyList<LossEntry> All { get; } =
    [
        new LossEntry<BinaryCrossEntropy>(LossKind.BinaryCrossEntropy),
        new LossEntry<SoftmaxCrossEntropy>(LossKind.SoftmaxCrossEntropy),
        new LossEntry<SquaredError>(LossKind.SquaredError),
    ];

    public static LossEntry Of(LossKind kind) => All.Single(entry => entry.Kind == kind);
}

/// <summary>A built-in loss.</summary>
/// <param name="Kind">The loss.</param>
internal abstract record LossEntry(LossKind Kind)
{
    /// <summary>Creates an engine for machines with a controller, trained on this loss.</summary>
    public abstract ISequenceWorkspace Create<TAccess>(ControllerEntry controller, EngineModel model)
        where TAccess : struct, IMemoryAccess;
}

/// <inheritdoc />
internal sealed record LossEntry<TLoss>(LossKind Kind) : LossEntry(Kind)
    where TLoss : struct, ILoss
{
    public override ISequenceWorkspace Create<TAccess>(ControllerEntry controller, EngineModel model) => controller.Create<TAccess, TLoss>(model);
}
