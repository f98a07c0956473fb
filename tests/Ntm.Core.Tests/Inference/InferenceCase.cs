using Ntm.Core.Tests.Support;
using Ntm.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Inference;

/// <summary>A machine of <c>Ntm.Core</c> and the same model without torch.</summary>
internal sealed class InferenceCase : IDisposable
{
    /// <summary>
    /// Float32 has a relative rounding of 6e-8, and an output of these machines, of a magnitude of about 1, has gone through some dozens of roundings: outputs,
    /// weightings and memory are within 1e-6 of float64, relative to their magnitude if it is above 1. A wrong term is off by 1e-3 or more.
    /// </summary>
    public const double Tolerance = 1e-6;

    /// <summary>Configurations by name, besides those of <see cref="Machines"/>.</summary>
    private static readonly Dictionary<string, Action<NtmOptions>> Further = new()
    {
        ["GRU"] = o => o.Controller = ControllerKind.Gru,
        ["GRU, 3 layers, reads after writes, 2 heads of each kind"] = o =>
            (o.Controller, o.ControllerLayers, o.ReadOrder, o.ReadHeads, o.WriteHeads) = (ControllerKind.Gru, 3, ReadOrder.AfterWrite, 2, 2),
        ["focused weightings"] = o => o.InitialWeightings = InitialWeightingKind.Focused,
        ["zero weightings, learned memory, content, after writes"] = o => (o.InitialWeightings, o.Memory, o.Addressing, o.ReadOrder) =
            (InitialWeightingKind.Zeros, MemoryKind.Learned, AddressingKind.Content, ReadOrder.AfterWrite),
        ["feedforward, random memory, content"] = o =>
            (o.Controller, o.Memory, o.Addressing) = (ControllerKind.Feedforward, MemoryKind.Random, AddressingKind.Content),
        ["trained with dropout"] = o => o.Dropout = 0.4,
        ["sizes beyond a vector and a block"] = o => (o.InputSize, o.OutputSize, o.ControllerSize, o.MemoryLocations, o.MemoryWidth, o.ReadHeads, o.WriteHeads) =
            (11, 9, 26, 37, 10, 2, 1),
        ["sizes of whole vectors and blocks"] = o => (o.InputSize, o.OutputSize, o.ControllerSize, o.MemoryLocations, o.MemoryWidth) = (8, 16, 24, 32, 8),
        ["all sizes 1"] = o => (o.InputSize, o.OutputSize, o.ControllerSize, o.MemoryLocations, o.MemoryWidth, o.ShiftRange) = (1, 1, 1, 1, 1, 0),
    };

    public InferenceCase(string name)
        : this(Machines.Configurations.TryGetValue(name, out var known) ? known : Further[name])
    {
    }

    public InferenceCase(Action<NtmOptions>? change = null)
    {
        Machine = Machines.Create(change, seed: 5, dtype: ScalarType.Float32);
        Machine.eval();
        // Biases that are drawn as zeros would hide a misplaced one.
        using (no_grad())
        {
            var seed = 100;
            foreach (var (parameterName, parameter) in Machine.named_parameters())
                if (parameterName.EndsWith("bias", StringComparison.Ordinal) && !parameterName.Contains("initial", StringComparison.Ordinal))
                    parameter.add_(Numbers.Uniform(seed++, parameter.shape, 0.3).to(ScalarType.Float32));
        }

        Exact = Machine.Clone();
        Exact.to(ScalarType.Float64);
        Model = NtmModel.Load(ModelFiles.Of(Machine), "the test's model");
    }

    public static IEnumerable<string> Names => [.. Machines.Configurations.Keys, .. Further.Keys];

    /// <summary>The machine in float32, on the reference engine.</summary>
    public NeuralTuringMachine Machine { get; }

    /// <summary>The machine in float64, on the reference engine.</summary>
    public NeuralTuringMachine Exact { get; }

    public NtmModel Model { get; }

    /// <summary>Inputs <c>[T, B, I]</c> in -1..1.</summary>
    public float[] Inputs(int seed, int steps, int batch) =>
        [.. Numbers.Values(Machines.Inputs(Machine.Options, seed, steps, batch, ScalarType.Float32)).Select(x => (float)x)];

    /// <summary>Inputs as the tensor of the float64 machine.</summary>
    public Tensor ExactInputs(float[] inputs, int steps, int batch) => tensor(inputs, [steps, batch, Model.InputSize]).to(ScalarType.Float64);

    /// <summary>The outputs of a session that computes sequences step by step.</summary>
    public static float[] Stepwise(SequenceSession session, float[] inputs, int steps)
    {
        var outputs = new float[steps * session.Batch * session.OutputSize];
        for (var t = 0; t < steps; t++)
            StepAt(session, inputs, outputs, t);
        return outputs;
    }

    /// <summary>Computes a step of sequences.</summary>
    public static void StepAt(SequenceSession session, float[] inputs, float[] outputs, int step)
    {
        var (x, y) = (session.Batch * session.InputSize, session.Batch * session.OutputSize);
        session.Step(inputs.AsSpan(step * x, x), outputs.AsSpan(step * y, y));
    }

    public static void Close(Tensor expected, ReadOnlySpan<float> actual, string what) => Close(Numbers.Values(expected), actual, what);

    public static void Close(double[] expected, ReadOnlySpan<float> actual, string what) =>
        AssertClose.Equal(expected, [.. actual.ToArray().Select(x => (double)x)], Tolerance, what);

    public void Dispose()
    {
        Machine.Dispose();
        Exact.Dispose();
        Model.Dispose();
    }
}
