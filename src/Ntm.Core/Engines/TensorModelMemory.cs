using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>A model's memory in tensors: the parameters in the table's order and the start values, which are <see langword="null"/> if they are
/// learned.</summary>
/// <param name="parameters">The parameters.</param>
/// <param name="starts">The start values, like <see cref="BuiltInCell.Starts"/>.</param>
internal sealed unsafe class TensorModelMemory(IReadOnlyList<Tensor> parameters, IReadOnlyList<Tensor?> starts) : IModelMemory
{
    public void ReadParameters(float** pointers)
    {
        for (var p = 0; p < parameters.Count; p++)
            pointers[p] = TensorMemory.Start(parameters[p]);
    }

    public void ReadStarts(float** pointers)
    {
        for (var i = 0; i < starts.Count; i++)
            pointers[i] = Start(starts[i]);
    }

    private static float* Start(Tensor? tensor) => tensor is null ? null : TensorMemory.Start(tensor);
}
