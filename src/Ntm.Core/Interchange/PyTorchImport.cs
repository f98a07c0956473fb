using Ntm.Core.Internal;
using Ntm.Core.Serialization;
using static TorchSharp.torch;

namespace Ntm.Core.Interchange;

/// <summary>
/// Creates machines from the weights of two public PyTorch projects, converted to safetensors under the names of their state dicts.
/// The machine computes the same as the original within rounding. Where the original differs from the built-in components (heads that take turns,
/// unsquashed keys, heads that receive the cell state, and so on), custom components do the work, so the reference engine computes it.
/// <see cref="NtmModelFile"/> saves and loads the machine like any other. A prefix that all names share, such as <c>module.</c> of
/// <c>DataParallel</c>, is removed.
/// </summary>
public static class PyTorchImport
{
    /// <summary>Creates a machine from a file of weights.</summary>
    /// <param name="path">The state dict as safetensors, all F32 or all F64.</param>
    /// <param name="layout">The project that the weights come from.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, or a tensor is missing, unknown, or has another shape or element type
    /// than the layout requires. The message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="layout"/> is not a defined value.</exception>
    public static NeuralTuringMachine Load(string path, PyTorchLayout layout) => Load(SafeTensorsFile.Load(path), path, layout);

    /// <summary>Creates a machine from weights that have already been read.</summary>
    /// <param name="file">The state dict, all F32 or all F64.</param>
    /// <param name="sourceName">The file's name, for messages.</param>
    /// <param name="layout">The project that the weights come from.</param>
    /// <exception cref="SafeTensorsFormatException">A tensor is missing, unknown, or has another shape or element type than the layout
    /// requires. The message names it.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="layout"/> is not a defined value.</exception>
    public static NeuralTuringMachine Load(SafeTensorsFile file, string sourceName, PyTorchLayout layout)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(sourceName);
        var project = PyTorchProject.Of(layout);
        var weights = new PyTorchWeights(file, sourceName, project.Name, project.Mark);
        var options = project.Options(weights);
        var validation = new NtmOptionsValidator().Validate(null, options);
        if (validation.Failed)
            throw new SafeTensorsFormatException(sourceName, "the tensors' sizes", string.Join(" ", validation.Failures), $"a model of the layout {project.Name}");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        SafeTensor[] converted = [.. project.Convert(weights, options).Select(w => SafeTensor.FromTensor(w.Name, w.Value))];
        weights.RefuseOthers();
        var machine = Fresh.Of(ScalarType.Float32, () => new NeuralTuringMachine(options, project.Parts(options), seed: 0));
        var ours = new SafeTensorsFile(converted);
        ModelTensors.Convert(machine, ours);
        ModelTensors.Write(machine.Cell, ours, sourceName);
        return machine;
    }
}
