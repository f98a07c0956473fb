using System.Collections.Immutable;

namespace Ntm.Core.Engines.Cuda;

/// <summary>Computes the gradients of weights and biases, each a product of gradients and inputs over all steps and samples of a chunk.</summary>
internal sealed unsafe class WeightProducts(ICudaDriver driver, EngineModel model) : IDisposable
{
    // The same as in WeightGradient.cu.
    private const int Tile = 64;
    private const int Depth = 16;
    private const int Threads = 256;

    /// <summary>The minimum number of rows of a part, so that a block has enough to do.</summary>
    private const long LeastRows = 512;

    private const long MostParts = 64;

    /// <summary>The maximum number of floats of all parts (256 MiB), unless no part fits.</summary>
    private const long PartBudget = 1 << 26;

    private readonly MachineShape _shape = model.Shape;
    private readonly ParameterTable _table = model.Parameters;
    private readonly DeviceBuffer _parts = new(driver);
    private readonly DevicePointers _pointers = new(driver);
    private int _products;
    private int _tiles;

    /// <summary>Reserves memory for the chunks of a call.</summary>
    public void Reserve(in SequencePlan plan, BatchCall call)
    {
        var parts = Parts((long)plan.Length * call.Batch).Count;
        _parts.RequireFloats((long)parts * _table.Length);
    }

    /// <summary>Adds the gradients of a chunk, from the history of the backward pass.</summary>
    /// <param name="q">The chunk.</param>
    /// <param name="gradient">The flat gradient.</param>
    public void Add(in SequenceArguments q, float* gradient)
    {
        Describe(q);
        var (rows, parts) = Parts((long)q.ChunkSteps * q.Batch);
        var call = new ProductCallArguments
        {
            Products = (ProductArguments*)_pointers.Upload(),
            Parts = _parts.Floats,
            Gradient = gradient,
            Length = _table.Length,
            Count = (long)q.ChunkSteps * q.Batch,
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

    /// <summary>Returns the number of rows per part, a multiple of what a block reads at once, and the number of parts. They depend on sizes alone.</summary>
    private (long Rows, int Count) Parts(long count)
    {
        var most = Math.Clamp(PartBudget / _table.Length, 1, MostParts);
        var rows = Math.Max(LeastRows, (count + most - 1) / most);
        rows = (rows + Depth - 1) / Depth * Depth;
        return (rows, (int)((count + rows - 1) / rows));
    }

    private void Describe(in SequenceArguments q)
    {
        _pointers.Begin();
        (_products, _tiles) = (0, 0);
        long units = _shape.Layers * _shape.Units;
        var after = q.Batch * units;
        for (var l = 0; l < _shape.Layers; l++)
            Layer(q, l, units);
        var top = q.DropoutScale > 0
            ? new Columns(q.Dropped, _shape.Units, _shape.Units)
            : new Columns(q.Outputs + after + (_shape.Layers - 1) * (long)_shape.Units, units, _shape.Units);
        var read = new Rows(q.Heads, _shape.HeadOutputs, _shape.Ntm().Read.Count * _shape.Ntm().Read.OutputsPerHead);
        var write = new Rows(q.Heads + _shape.Ntm().Write.FirstOutput, _shape.HeadOutputs, _shape.Ntm().Write.Count * _shape.Ntm().Write.OutputsPerHead);
        Linear(read, _table.Interface[0], top);
        Linear(write, _table.Interface[1], top);
        Linear(new Rows(q.Results, _shape.Outputs, _shape.Outputs), _table.Output, top, new Columns(q.Reads + (long)q.Batch * _shape.ReadWidth, _shape.ReadWidth, _shape.ReadWidth));
    }

    private void Layer(in SequenceArguments q, int l, long units)
    {
        var layer = _table.Layers[l];
        var layout = _shape.Controller;
        var all = DeviceHistory.GateRows(_shape);
        foreach (var (first, count, block) in Runs(layout.Sums, sum => sum.Input))
        {
            var rows = new Rows(q.Gates + (long)l * all + first * (long)_shape.Units, (long)_shape.Layers * all, count * _shape.Units);
            var linear = new LinearParameters(layer.InputWeight, layer.InputBias);
            if (l > 0)
                Linear(rows, linear, new Columns(q.Outputs + (q.Batch * units) + (l - 1) * (long)_shape.Units, units, _shape.Units), default, block * _shape.Units);
            else
                Linear(
                    rows, linear, new Columns(q.Inputs + (long)q.FirstStep * q.Batch * _shape.Inputs, _shape.Inputs, _shape.Inputs),
                    new Columns(q.Reads, _shape.ReadWidth, _shape.ReadWidth), block * _shape.Units);
        }

        foreach (var (first, count, block) in Runs(layout.Sums, sum => sum.State))
        {
            var rows = new Rows(q.Gates + (long)l * all + first * (long)_shape.Units, (long)_shape.Layers * all, count * _shape.Units);
            var before = new Columns(q.Outputs + l * (long)_shape.Units, units, _shape.Units);
            if (layer.StateBias < 0)
                Weight(rows, layer.StateWeight, before, 0, _shape.Units, block * _shape.Units);
            else
                Linear(rows, new LinearParameters(layer.StateWeight, layer.StateBias), before, default, block * _shape.Units);
        }
    }

    /// <summary>Joins adjacent sums whose blocks of a tensor are adjacent as well into one product each.</summary>
    private static IEnumerable<(int First, int Count, int Block)> Runs(ImmutableArray<SumBlock> sums, Func<SumBlock, int> block)
    {
        for (var first = 0; first < sums.Length;)
        {
            var count = 1;
            while (first + count < sums.Length && block(sums[first]) >= 0 && block(sums[first + count]) == block(sums[first]) + count)
                count++;
            if (block(sums[first]) >= 0)
                yield return (first, count, block(sums[first]));
            first += count;
        }
    }

    /// <summary>Adds a linear layer whose inputs are in one or two places.</summary>
    private void Linear(in Rows rows, LinearParameters linear, in Columns first, in Columns second = default, int firstRow = 0)
    {
        var width = first.Count + second.Count;
        Weight(rows, linear.Weight, first, 0, width, firstRow);
        if (second.Count > 0)
            Weight(rows, linear.Weight, second, first.Count, width, firstRow);
        Weight(rows, linear.Bias, new Columns(null, 0, 1), 0, 1, firstRow);
    }

    private void Weight(in Rows rows, int parameter, in Columns columns, int firstColumn, int width, int firstRow)
    {
        var across = (columns.Count + Tile - 1) / Tile;
        _pointers.Add(new ProductArguments
        {
            Gradients = rows.Start,
            Inputs = columns.Start,
            GradientStride = rows.Stride,
            InputStride = columns.Stride,
            Target = _table.Offsets[parameter] + (long)firstRow * width + firstColumn,
            TargetStride = width,
            Rows = rows.Count,
            Columns = columns.Count,
            FirstTile = _tiles,
            TilesAcross = across,
        });
        _products++;
        _tiles = checked(_tiles + across * ((rows.Count + Tile - 1) / Tile));
    }

    /// <summary>The gradients of a layer's outputs.</summary>
    private readonly struct Rows(float* start, long stride, int count)
    {
        public float* Start { get; } = start;

        public long Stride { get; } = stride;

        public int Count { get; } = count;
    }

    /// <summary>The inputs of a layer; a <see langword="null"/> start stands for ones.</summary>
    private readonly struct Columns(float* start, long stride, int count)
    {
        public float* Start { get; } = start;

        public long Stride { get; } = stride;

        public int Count { get; } = count;
    }
}
