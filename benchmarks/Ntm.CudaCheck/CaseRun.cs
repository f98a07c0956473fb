using Ntm.Core;
using Ntm.Core.Engines.Cuda;
using Ntm.Core.Serialization;

namespace Ntm.CudaCheck;

/// <summary>
/// Runs one case of <c>check.py</c>: options, parameters, inputs, perhaps a state, and the gradients of logits and final state come in a safetensors
/// file; logits, final state and the gradients of everything are written to another one.
/// </summary>
internal static unsafe class CaseRun
{
    private const string Parameter = "parameter.";

    public static void Run(Device device, string input, string output)
    {
        var file = SafeTensorsFile.Load(input);
        var options = OptionsJson.Read(file.Metadata["options"], new NtmOptionsValidator(), input, "options");
        var arrays = new DeviceArrays(device.Runtime.Driver);
        SafeTensor[] parameters = [.. file.Tensors.Where(t => t.Name.StartsWith(Parameter, StringComparison.Ordinal))];
        var machine = new DeviceMachine(
            options, [.. parameters.Select(p => p.Name[Parameter.Length..])], [.. parameters.Select(p => p.Data.Length / 4L)],
            [.. parameters.Select(p => (nint)arrays.Bring(file, p.Name))],
            new NtmStartValues
            {
                ReadWeighting = arrays.Bring(file, "start.read_weighting"),
                WriteWeighting = arrays.Bring(file, "start.write_weighting"),
                Read = arrays.Bring(file, "start.read"),
                Constant = arrays.Bring(file, "start.constant"),
                Matrix = arrays.Bring(file, "start.matrix"),
            });
        file.TryGetTensor("inputs", out var inputs);
        var (steps, batch) = (inputs!.Shape[0], inputs.Shape[1]);
        var given = file.TryGetTensor("given.0", out _);
        var call = new BatchCall
        {
            Model = machine,
            Kind = CallKind.ForwardThenBackward,
            Steps = (int)steps,
            Batch = (int)batch,
            Inputs = arrays.Bring(file, "inputs"),
            Given = given ? State(machine.Shape, i => (nint)arrays.Bring(file, $"given.{i}")) : null,
            Logits = arrays.Make("logits", steps, batch, options.OutputSize),
            Final = State(machine.Shape, Maker("final.")),
            DLogits = arrays.Bring(file, "dlogits"),
            DFinal = State(machine.Shape, i => (nint)arrays.Bring(file, $"dfinal.{i}")),
            DInputs = arrays.Make("dinputs", steps, batch, options.InputSize),
            DGiven = given ? State(machine.Shape, Maker("dgiven.")) : null,
        };
        // Small limits test what large machines need.
        var limits = device.Runtime.Limits with
        {
            HistoryBytes = file.Metadata.TryGetValue("history_bytes", out var bytes) ? long.Parse(bytes) : device.Runtime.Limits.HistoryBytes,
            SharedMemory = file.Metadata.TryGetValue("shared_memory", out var shared) ? int.Parse(shared) : device.Runtime.Limits.SharedMemory,
        };
        var runtime = new CudaRuntime(device.Runtime.Driver, limits, device.Runtime.DeviceType);
        using var workspace = new CudaWorkspace(runtime, machine.Model, LossKind.BinaryCrossEntropy);
        workspace.Forward(call, [], 1);
        workspace.Backward(1);
        workspace.WriteGradient(arrays.Make("gradient", machine.Table.Length));
        runtime.Driver.Synchronize();
        if (runtime.Failure is { } failure)
            throw new InvalidOperationException(failure);
        arrays.Save(output);

        Func<int, nint> Maker(string prefix)
        {
            return i => (nint)arrays.Make($"{prefix}{i}", [batch, .. machine.Shape.State.Tensors[i].Shape]);
        }
    }

    /// <summary>Returns the arrays of a state, in its order.</summary>
    private static StateBuffers State(MachineShape shape, Func<int, nint> array)
    {
        var buffers = new StateBuffers(shape);
        for (var i = 0; i < buffers.Tensors.Length; i++)
            buffers.Tensors[i] = (float*)array(i);
        return buffers;
    }
}
