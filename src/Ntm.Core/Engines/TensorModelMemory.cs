using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The memory of tensors: parameters in the table's order and the five start values, <see langword="null"/> for those that are learned.</summary>
/// <param name="parameters">The parameters.</param>
/// <param name="starts">As <see cref="BuiltInCell.Starts"/>.</param>
internal sealed unsafe class TensorModelMemory(IReadOnlyList<Tensor> parameters, IReadOnlyList<Tensor?> starts) : IModelMemory
{
    public void ReadParameters(float** pointers)
    {
        for (var p = 0; p < parameters.Count; p++)
            pointers[p] = TensorMemory.Start(parameters[p]);
    }

    public StartValues Starts() => new()
    {
        ReadWeighting = Start(starts[0]),
        WriteWeighting = Start(starts[1]),
        Read = Start(starts[2]),
        Constant = Start(starts[3]),
        Matrix = Start(starts[4]),
    };

    private static float* Start(Tensor? tensor) => tensor is null ? null : TensorMemory.Start(tensor);
}
