using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Engines.Cpu;

/// <summary>A cell as the CPU engine computes it.</summary>
internal sealed unsafe class CpuMachine(BuiltInCell cell) : SequenceMachine(cell)
{
    /// <summary>The one value of a constant memory.</summary>
    public Tensor? ConstantMemory => Cell.ConstantMemory;

    /// <summary>The matrix of a random memory.</summary>
    public Tensor? FixedMemory => Cell.FixedMemory;

    public float InitialReadWeight => Value(Cell.ReadWeighting);

    public float InitialWriteWeight => Value(Cell.WriteWeighting);

    public float InitialRead => Value(Cell.Read);

    public bool LearnsMemory => Parameters.Memory >= 0;

    public override string? Obstacle() =>
        Cell.Like.device_type != DeviceType.CPU ? $"the model is on {Cell.Like.device}"
        : Cell.Like.dtype != ScalarType.Float32 ? $"the model's element type is {Cell.Like.dtype}"
        : !Array.TrueForAll(Tensors, TensorMemory.IsPlain) ? "not every parameter is contiguous, float32 and on the CPU"
        : null;

    protected override ISequenceWorkspace CreateWorkspace() => new Workspace(this);

    private static float Value(Tensor? tensor) => tensor is null ? 0 : *TensorMemory.Start(tensor);
}
