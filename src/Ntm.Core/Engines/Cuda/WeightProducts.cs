using Ntm.Core.Engines.Cpu;

namespace Ntm.Core.Engines.Cuda;

/// <summary>The gradients of weights and biases, each a product of gradients and inputs over all steps and samples of a stretch.</summary>
internal sealed unsafe class WeightProducts(ICudaDriver driver, MachineShape shape, ParameterTable table) : IDisposable
{
    // As in WeightGradient.cu.
    private const int Tile = 64;
    private const int Depth = 16;
    private const int Threads = 256;

    /// <summary>Rows of a part, at least: what a block should have to do.</summary>
    private const long LeastRows = 512;

    private const long MostParts = 64;

    /// <summary>Floats of all parts (256 MiB), unless that leaves none.</summary>
    private const long PartBudget = 1 << 26;

    private readonly DeviceBuffer _parts = new(driver);
    private readonly DevicePointers _pointers = new(driver);
    private int _products;
    private int _tiles;

    /// <summary>Makes room for a call's stretches.</summary>
    public void Reserve(in SequencePlan plan, BatchCall call)
    {
        var parts = Parts((long)plan.Length * call.Batch).Count;
        _parts.RequireFloats((long)parts * table.Length);
    }

    /// <summary>Adds a stretch's gradients, which the backward pass has left in its history.</summary>
    /// <param name="q">The stretch.</param>
    /// <param name="gradient">The flat gradient.</param>
    public void Add(in SequenceArguments q, float* gradient)
    {
        Describe(q);
        var (rows, parts) = Parts((long)q.StretchSteps * q.Batch);
        var call = new ProductCallArguments
        {
            Products = (ProductArguments*)_pointers.Upload(),
            Parts = _parts.Floats,
            Gradient = gradient,
            Length = table.Length,
            Count = (long)q.StretchSteps * q.Batch,
            RowsPerPart = rows,
            ProductCount = _products,
            PartCount = parts,
        };
        driver.Launch("ntmWeightProducts", _tiles, parts, Threads, 2 * Tile * Depth * sizeof(float), [(nint)(&call)]);
        driver.Launch("ntmWeightSums", _tiles, 1, Threads, 0, [(nint)(&call)]);
    }

    public void Dispose()
    {
        _parts.Dispose();
        _pointers.Dispose();
    }

    /// <summary>How many rows each part has, a multiple of what a block reads at once, and how many parts there are: by sizes alone.</summary>
    private (long Rows, int Count) Parts(long count)
    {
        var most = Math.Clamp(PartBudget / table.Length, 1, MostParts);
        var rows = Math.Max(LeastRows, (count + most - 1) / most);
        rows = (rows + Depth - 1) / Depth * Depth;
        return (rows, (int)((count + rows - 1) / rows));
    }

    private void Describe(in SequenceArguments q)
    {
        _pointers.Begin();
        (_products, _tiles) = (0, 0);
        long units = shape.Layers * shape.Units;
        var after = q.Batch * units;
        for (var l = 0; l < shape.Layers; l++)
            Layer(q, l, units);
        var top = new Columns(q.Outputs + after + (shape.Layers - 1) * (long)shape.Units, units, shape.Units);
        var read = new Rows(q.Heads, shape.HeadOutputs, shape.Read.Count * shape.Read.OutputsPerHead);
        var write = new Rows(q.Heads + shape.Write.FirstOutput, shape.HeadOutputs, shape.Write.Count * shape.Write.OutputsPerHead);
        Linear(read, table.ReadHeads, top);
        Linear(write, table.WriteHeads, top);
        Linear(new Rows(q.Results, shape.Outputs, shape.Outputs), table.Output, top, new Columns(q.Reads + (long)q.Batch * shape.ReadWidth, shape.ReadWidth, shape.ReadWidth));
    }

    private void Layer(in SequenceArguments q, int l, long units)
    {
        var sums = DeviceHistory.GateRows(shape);
        var rows = new Rows(q.Gates + (long)l * sums, (long)shape.Layers * sums, sums);
        var layer = table.Layers[l];
        var linear = new LinearParameters(layer.InputWeight, layer.Bias);
        if (l > 0)
            Linear(rows, linear, new Columns(q.Outputs + (q.Batch * units) + (l - 1) * (long)shape.Units, units, shape.Units));
        else
            Linear(
                rows, linear, new Columns(q.Inputs + (long)q.FirstStep * q.Batch * shape.Inputs, shape.Inputs, shape.Inputs),
                new Columns(q.Reads, shape.ReadWidth, shape.ReadWidth));
        if (shape.Lstm)
            Weight(rows, layer.StateWeight, new Columns(q.Outputs + l * (long)shape.Units, units, shape.Units), 0, shape.Units);
    }

    /// <summary>A linear layer whose inputs lie in one or two places.</summary>
    private void Linear(in Rows rows, LinearParameters linear, in Columns first, in Columns second = default)
    {
        var width = first.Count + second.Count;
        Weight(rows, linear.Weight, first, 0, width);
        if (second.Count > 0)
            Weight(rows, linear.Weight, second, first.Count, width);
        Weight(rows, linear.Bias, new Columns(null, 0, 1), 0, 1);
    }

    private void Weight(in Rows rows, int parameter, in Columns columns, int firstColumn, int width)
    {
        var across = (columns.Count + Tile - 1) / Tile;
        _pointers.Add(new ProductArguments
        {
            Gradients = rows.Start,
            Inputs = columns.Start,
            GradientStride = rows.Stride,
            InputStride = columns.Stride,
            Target = table.Offsets[parameter] + (long)firstColumn,
            TargetStride = width,
            Rows = rows.Count,
            Columns = columns.Count,
            FirstTile = _tiles,
            TilesAcross = across,
        });
        _products++;
        _tiles = checked(_tiles + across * ((rows.Count + Tile - 1) / Tile));
    }

    /// <summary>Gradients of the outputs of a layer.</summary>
    private readonly struct Rows(float* start, long stride, int count)
    {
        public float* Start { get; } = start;

        public long Stride { get; } = stride;

        public int Count { get; } = count;
    }

    /// <summary>Inputs of a layer; a <see langword="null"/> start for ones.</summary>
    private readonly struct Columns(float* start, long stride, int count)
    {
        public float* Start { get; } = start;

        public long Stride { get; } = stride;

        public int Count { get; } = count;
    }
}
