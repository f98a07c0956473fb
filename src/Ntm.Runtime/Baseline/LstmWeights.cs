using Ntm.Core;
using Ntm.Core.Serialization;

namespace Ntm.Runtime.Baseline;

/// <summary>An LSTM network's packed weights and its initial state.</summary>
internal sealed unsafe class LstmWeights : IDisposable
{
    private readonly NativeBuffer _buffer = new();

    /// <param name="options">The architecture.</param>
    /// <param name="file">The network's file, checked.</param>
    public LstmWeights(LstmOptions options, SafeTensorsFile file)
    {
        var shape = Shape = new LstmShape(options);
        Layers = [.. Enumerable.Range(0, shape.Layers).Select(l => new PackedLinear(shape.GateRows, shape.Columns(l).BiasColumn + 1))];
        Output = new PackedLinear(shape.Outputs, shape.TopBiasColumn + 1);
        PackedLinear[] all = [.. Layers, Output];
        var at = _buffer.Require(all.Sum(p => p.Length));
        foreach (var linear in all)
        {
            linear.Place(at);
            at += linear.Length;
        }

        using var memory = new FileMemory(file.Tensors);
        for (var l = 0; l < shape.Layers; l++)
            PackLayer(l, memory);
        PackOutput(memory.Start("output.weight"), memory.Start("output.bias"));
        foreach (var linear in all)
            linear.PackPanels();
        InitialH = [.. Enumerable.Range(0, shape.Layers).Select(l => Vector(memory, l, Lstm.Layout.InitialOutput!))];
        InitialC = [.. Enumerable.Range(0, shape.Layers).Select(l => Vector(memory, l, Lstm.Layout.InitialCell!))];
    }

    public LstmShape Shape { get; }

    public PackedLinear[] Layers { get; }

    public PackedLinear Output { get; }

    /// <summary>The outputs before the first step, <c>[H]</c> for each layer.</summary>
    public float[][] InitialH { get; }

    /// <summary>The cells before the first step, <c>[H]</c> for each layer.</summary>
    public float[][] InitialC { get; }

    public void Dispose() => _buffer.Dispose();

    private static string Name(int layer, string parameter) => $"layers.{layer}.{parameter}";

    private void PackLayer(int layer, FileMemory memory)
    {
        var layout = Lstm.Layout;
        var pointers = stackalloc float*[]
        {
            memory.Start(Name(layer, layout.InputWeight)), memory.Start(Name(layer, layout.InputBias)), memory.Start(Name(layer, layout.StateWeight!)),
        };
        var places = new LayerParameters(InputWeight: 0, InputBias: 1, StateWeight: 2, StateBias: -1, InitialH: -1, InitialC: -1);
        Shape.Columns(layer, places).Pack(pointers, Layers[layer].Rows, Layers[layer].Stride);
    }

    private void PackOutput(float* weight, float* bias)
    {
        for (nint row = 0; row < Shape.Outputs; row++)
        {
            var target = Output.Rows + row * Output.Stride;
            Floats.Copy(weight + row * Shape.TopBiasColumn, target, Shape.TopBiasColumn);
            target[Shape.TopBiasColumn] = bias[row];
        }
    }

    private float[] Vector(FileMemory memory, int layer, string parameter) =>
        new ReadOnlySpan<float>(memory.Start(Name(layer, parameter)), Shape.Units).ToArray();
}
