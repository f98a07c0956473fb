namespace Ntm.Runtime.Baseline;

/// <summary>The state of a group of samples of an LSTM network, computed in lockstep, and the data of one step.</summary>
internal sealed unsafe class LstmGroup : IDisposable
{
    /// <summary>The number of samples of a group: as many as a tile of the product has rows.</summary>
    public const int MostRows = 4;

    private readonly LstmWeights _weights;
    private readonly LstmShape _shape;
    private readonly NativeBuffer _buffer = new();
    private readonly float*[] _layers;
    private readonly float* _cells;
    private readonly float* _gates;
    private readonly float* _kept;
    private readonly float* _top;
    private readonly float* _logits;

    /// <param name="weights">The network.</param>
    /// <param name="samples">The number of samples, 1 to <see cref="MostRows"/>.</param>
    public LstmGroup(LstmWeights weights, int samples)
    {
        var shape = _shape = weights.Shape;
        (_weights, Samples, Rows) = (weights, samples, samples == 1 ? 1 : MostRows);
        _layers = new float*[shape.Layers];
        long[] lengths =
        [
            .. Enumerable.Range(0, shape.Layers).Select(l => (long)Rows * shape.LayerStride(l)), (long)Rows * shape.CellFloats, (long)Rows * shape.GateRows,
            shape.UnitsPadded, (long)Rows * shape.TopStride, (long)Rows * shape.OutputsPadded,
        ];
        var at = _buffer.Require(lengths.Sum(Padded));
        for (var l = 0; l < shape.Layers; l++)
            _layers[l] = Take(ref at, lengths[l]);
        _cells = Take(ref at, lengths[^5]);
        _gates = Take(ref at, lengths[^4]);
        _kept = Take(ref at, lengths[^3]);
        _top = Take(ref at, lengths[^2]);
        _logits = Take(ref at, lengths[^1]);
        for (var l = 0; l < shape.Layers; l++)
            for (var r = 0; r < Rows; r++)
                Layer(l, r)[shape.Columns(l).BiasColumn] = 1;
        for (var r = 0; r < Rows; r++)
            Top(r)[shape.TopBiasColumn] = 1;
    }

    /// <summary>The number of samples.</summary>
    public int Samples { get; }

    /// <summary>The number of rows of the products; those without a sample are finite.</summary>
    private int Rows { get; }

    /// <summary>The output of a layer in the last step, <c>[H]</c>.</summary>
    public float* H(int layer, int row) => Layer(layer, row);

    /// <summary>The cells of a layer after the last step, <c>[H]</c>.</summary>
    public float* C(int layer, int row) => _cells + (nint)row * _shape.CellFloats + (nint)layer * _shape.UnitsPadded;

    /// <summary>Sets the initial state.</summary>
    public void Begin()
    {
        for (var r = 0; r < Rows; r++)
        {
            for (var l = 0; l < _shape.Layers; l++)
            {
                _weights.InitialH[l].CopyTo(new Span<float>(H(l, r), _shape.Units));
                _weights.InitialC[l].CopyTo(new Span<float>(C(l, r), _shape.Units));
            }
        }
    }

    /// <summary>Computes a step.</summary>
    /// <param name="inputs">The samples' inputs, <c>[samples, I]</c>.</param>
    /// <param name="logits">Receives the logits, <c>[samples, O]</c>.</param>
    public void Step(float* inputs, float* logits)
    {
        for (nint r = 0; r < Samples; r++)
            Load((int)r, inputs + r * _shape.Inputs);
        Step();
        for (nint r = 0; r < Samples; r++)
            Save((int)r, logits + r * _shape.Outputs);
    }

    /// <summary>Copies a sample's input to its rows.</summary>
    public void Load(int row, float* input)
    {
        for (var l = 0; l < _shape.Layers; l++)
            Floats.Copy(input, Layer(l, row) + _shape.Columns(l).InputColumn, _shape.Inputs);
    }

    /// <summary>Copies a sample's logits.</summary>
    public void Save(int row, float* logits) => Floats.Copy(_logits + (nint)row * _shape.OutputsPadded, logits, _shape.Outputs);

    /// <summary>Computes a step from the inputs and the state in the rows.</summary>
    public void Step()
    {
        for (var l = 0; l < _shape.Layers; l++)
        {
            _weights.Layers[l].Forward(Layer(l, 0), _shape.LayerStride(l), Rows, _gates, _shape.GateRows);
            for (var r = 0; r < Rows; r++)
                Units(l, r);
        }

        _weights.Output.Forward(_top, _shape.TopStride, Rows, _logits, _shape.OutputsPadded);
    }

    /// <summary>Tells whether the state of all samples is finite.</summary>
    public bool IsFinite()
    {
        for (var r = 0; r < Samples; r++)
        {
            if (!FiniteCheck.AllFinite(Top(r), _shape.TopBiasColumn) || !FiniteCheck.AllFinite(C(0, r), _shape.CellFloats))
                return false;
        }

        return true;
    }

    public void Dispose() => _buffer.Dispose();

    private static long Padded(long length) => (length + 31) / 16 * 16;

    private static float* Take(ref float* at, long length)
    {
        var taken = at;
        at += (nint)Padded(length);
        return taken;
    }

    private float* Layer(int layer, int row) => _layers[layer] + (nint)row * _shape.LayerStride(layer);

    private float* Top(int row) => _top + (nint)row * _shape.TopStride;

    /// <summary>
    /// Computes a layer of a sample from its sums. Stores of its output may write up to 7 units past the end, where the next layer's output or the one of the
    /// bias comes after them.
    /// </summary>
    private void Units(int l, int r)
    {
        var output = Top(r) + (nint)l * _shape.Units;
        var cell = C(l, r);
        Lstm.Forward(new LayerSlot
        {
            Sums = _gates + (nint)r * _shape.GateRows,
            Cell = cell,
            NextCell = cell,
            Kept = _kept,
            Output = output,
            Units = _shape.UnitsPadded,
        });
        Floats.Copy(output, Layer(l, r), _shape.Units);
        if (l + 1 < _shape.Layers)
            Floats.Copy(output, Layer(l + 1, r) + _shape.Columns(l + 1).BelowColumn, _shape.Units);
        else
            Top(r)[_shape.TopBiasColumn] = 1;
    }
}
