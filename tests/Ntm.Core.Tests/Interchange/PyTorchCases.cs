using Ntm.Core.Serialization;
using Ntm.Tests.Shared;

namespace Ntm.Core.Tests.Interchange;

/// <summary>
/// Models of both layouts with random weights, written and run by PyTorch once for all tests; none where there is no PyTorch.
/// </summary>
public sealed class PyTorchCases : IDisposable
{
    public PyTorchCases()
    {
        if (PyTorch.Missing is null)
            PyTorch.Run("make_cases.py", Folder);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("ntm-pytorch-").FullName;

    /// <summary>The file of a case's weights.</summary>
    public string Weights(string name) => Path.Combine(Folder, $"{name}.weights.safetensors");

    /// <summary>The results of PyTorch for random inputs: <c>inputs</c>, <c>outputs</c>, <c>read_weightings</c>, <c>write_weightings</c>.</summary>
    public SafeTensorsFile Expected(string name) => SafeTensorsFile.Load(Path.Combine(Folder, $"{name}.expected.safetensors"));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
