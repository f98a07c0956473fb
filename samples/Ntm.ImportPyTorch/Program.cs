// Imports the weights of a PyTorch project, computes with them, and saves the machine as a model file.
//
//     python3 tools/to_safetensors.py model.pt weights.safetensors
//     dotnet run -c Release --project samples/Ntm.ImportPyTorch -- weights.safetensors ntm-pytorch|pytorch-ntm [STEPS]
using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using static TorchSharp.torch;

if (args is not ([_, "ntm-pytorch" or "pytorch-ntm"] or [_, "ntm-pytorch" or "pytorch-ntm", _])
    || !int.TryParse(args.ElementAtOrDefault(2) ?? "20", out var steps) || steps < 1)
{
    Console.Error.WriteLine(
        $"The arguments are '{string.Join(' ', args)}'; expected a file of weights, 'ntm-pytorch' or 'pytorch-ntm', and perhaps a number of steps of at least 1.");
    return 2;
}

try
{
    using var model = PyTorchImport.Load(args[0], args[1] == "ntm-pytorch" ? PyTorchLayout.NtmPyTorch : PyTorchLayout.PyTorchNtm);
    var options = model.Options;
    Console.WriteLine(
        $"{options.InputSize} inputs, {options.OutputSize} outputs, {options.ControllerSize} units, a memory of {options.MemoryLocations} x {options.MemoryWidth}, {options.ReadHeads} read head(s)");

    // The model has the element type of the weights.
    using (NewDisposeScope())
    using (no_grad())
    {
        var inputs = randint(0, 2, [steps, 1, options.InputSize], dtype: model.parameters().First().dtype, device: CPU);
        var probabilities = model.Logits(inputs).sigmoid().to(float32);
        Console.WriteLine($"outputs from {probabilities.min().item<float>():F3} to {probabilities.max().item<float>():F3}");
    }

    var file = Path.ChangeExtension(args[0], ".ntm.safetensors");
    NtmModelFile.Save(model, file);
    using var loaded = NtmModelFile.Load(file);
    Console.WriteLine($"saved as {file}, which loads like any other model");
    return 0;
}
catch (Exception e) when (e is SafeTensorsFormatException or IOException)
{
    // The message names the file, the tensor, what was found and what was expected.
    Console.Error.WriteLine(e.Message);
    return 1;
}
