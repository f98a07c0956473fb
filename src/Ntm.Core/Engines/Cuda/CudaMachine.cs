using static TorchSharp.torch;

namespace Ntm.Core.Engines.Cuda;

/// <summary>The CUDA engine's view of a cell.</summary>
/// <param name="cell">The cell.</param>
/// <param name="runtime">The device with the cell's parameters.</param>
internal sealed class CudaMachine(BuiltInCell cell, CudaRuntime runtime) : SequenceMachine(cell)
{
    public CudaRuntime Runtime => runtime;

    public override string? Obstacle() =>
        runtime.Failure is { } failure ? $"the device failed: {failure}" :
        Cell.Like.device_type != runtime.DeviceType ? $"the model is on {Cell.Like.device}"
        : Cell.Like.dtype != ScalarType.Float32 ? $"the model's element type is {Cell.Like.dtype}"
        : !Array.TrueForAll(Tensors, t => TensorMemory.IsPlain(t, runtime.DeviceType)) ? "not every parameter is contiguous, float32 and on one device"
        : null;

    public override ISequenceWorkspace CreateWorkspace(LossKind loss) => new CudaWorkspace(runtime, Cell.Engine, loss);
}
