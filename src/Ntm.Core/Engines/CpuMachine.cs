using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The CPU engine's view of a cell.</summary>
internal sealed class CpuMachine : SequenceMachine
{
    public CpuMachine(BuiltInCell cell)
        : base(cell) => Steps = TensorVersion.IsKnown && GraphTask.IsKnown && Array.TrueForAll(Tensors, TensorVersion.Has) ? new StepPool(this) : null;

    /// <summary>The resources of single steps; <see langword="null"/> if changes of tensors cannot be noticed, so that steps are computed like sequences.</summary>
    public StepPool? Steps { get; }

    public override string? Obstacle() =>
        Cell.Like.device_type != DeviceType.CPU ? $"the model is on {Cell.Like.device}"
        : Cell.Like.dtype != ScalarType.Float32 ? $"the model's element type is {Cell.Like.dtype}"
        : !Array.TrueForAll(Tensors, TensorMemory.IsPlain) ? "not every parameter is contiguous, float32 and on the CPU"
        : null;

    public override ISequenceWorkspace CreateWorkspace(LossKind loss) => Cell.Engine.CreateWorkspace(loss);

    public override void Dispose()
    {
        base.Dispose();
        Steps?.Dispose();
    }
}
