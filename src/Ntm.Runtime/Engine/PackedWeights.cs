namespace Ntm.Runtime.Engine;

/// <summary>
/// A machine's weights in the forms that the products read. Every call for whole sequences packs them again, because nothing tells the engine when an
/// optimizer has changed them.
/// </summary>
internal sealed unsafe class PackedWeights : IDisposable
{
    private readonly MachineShape _shape;
    private readonly NativeBuffer _buffer = new();

    public PackedWeights(MachineShape shape)
    {
        _shape = shape;
        Layers = [.. Enumerable.Range(0, shape.Layers).Select(l => new PackedLinear(shape.GateRows, shape.BiasColumn(l) + 1))];
        Heads = new PackedLinear(shape.HeadOutputs, shape.TopBiasColumn + 1);
        Output = new PackedLinear(shape.Outputs, shape.TopColumns);
        PackedLinear[] all = [.. Layers, Heads, Output];
        var memory = _buffer.Require(all.Sum(p => p.Length));
        foreach (var linear in all)
        {
            linear.Place(memory);
            memory += linear.Length;
        }
    }

    public PackedLinear[] Layers { get; }

    public PackedLinear Heads { get; }

    public PackedLinear Output { get; }

    /// <param name="table">The roles of the parameters.</param>
    /// <param name="parameters">The addresses of the parameters.</param>
    /// <param name="panels">Whether there will be products of several rows.</param>
    public void Pack(ParameterTable table, float** parameters, bool panels)
    {
        for (var l = 0; l < _shape.Layers; l++)
            LayerColumns.Of(_shape, l, table.Layers[l]).Pack(parameters, Layers[l].Rows, Layers[l].Stride);
        var first = 0;
        for (var i = 0; i < table.Interface.Length; i++)
        {
            PackRows(Heads, first, parameters[table.Interface[i].Weight], parameters[table.Interface[i].Bias], _shape.Access.Layers[i].Outputs);
            first += _shape.Access.Layers[i].Outputs;
        }

        PackOutput(parameters[table.Output.Weight], parameters[table.Output.Bias]);
        if (!panels)
            return;
        foreach (var layer in Layers)
            layer.PackPanels();
        Heads.PackPanels();
        Output.PackPanels();
    }

    public void Dispose() => _buffer.Dispose();

    private void PackRows(PackedLinear packed, int first, float* weight, float* bias, int rows)
    {
        for (nint row = 0; row < rows; row++)
        {
            var target = packed.Rows + (first + row) * packed.Stride;
            Floats.Copy(weight + row * _shape.Units, target, _shape.Units);
            target[_shape.TopBiasColumn] = bias[row];
        }
    }

    private void PackOutput(float* weight, float* bias)
    {
        var width = _shape.Units + _shape.ReadWidth;
        for (nint row = 0; row < _shape.Outputs; row++)
        {
            var target = Output.Rows + row * Output.Stride;
            Floats.Copy(weight + row * width, target, _shape.Units);
            target[_shape.TopBiasColumn] = bias[row];
            Floats.Copy(weight + row * width + _shape.Units, target + _shape.TopReadColumn, _shape.ReadWidth);
        }
    }
}
