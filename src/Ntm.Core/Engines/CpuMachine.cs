using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The CPU engine's view of a cell.</summary>
internal sealed class CpuMachine(BuiltInCell cell) : SequenceMachine(cell)
{
    public override string? Obstacle() =>
        Cell.Like.device_type != DeviceType.CPU ? $"the model is on {Cell.Like.device}"
        : Cell.Like.dtype != ScalarType.Float32 ? $"the model's element type is {Cell.Like.dtype}"
        : !Array.TrueForAll(Tensors, TensorMemory.IsPlain) ? "not every parameter is contiguous, float32 and on the CPU"
        : null;

    public override ISequenceWorkspace CreateWorkspace(LossKind loss) => Cell.Engine.CreateWorkspace(loss);
}
