namespace Ntm.Runtime.Access;

/// <summary>The initial state of a machine's memory access: the weightings, the reads and the memory.</summary>
internal sealed unsafe class NtmStart : AccessStart
{
    private readonly NtmShape _shape;
    private readonly ParameterTable _table;

    public NtmStart(NtmShape shape, ParameterTable table)
    {
        (_shape, _table) = (shape, table);
        ReadWeightings = table.Place("read_heads.initial_weightings.bias");
        WriteWeightings = table.Place("write_heads.initial_weightings.bias");
        Reads = table.Place("read_heads.initial_reads.bias");
        Memory = table.Place("memory.value");
    }

    /// <summary>The place of the parameter, -1 if it is not learned; the same for the following ones.</summary>
    public int ReadWeightings { get; }

    public int WriteWeightings { get; }

    public int Reads { get; }

    public int Memory { get; }

    public override IEnumerable<int> Parameters => ((int[])[ReadWeightings, WriteWeightings, Reads, Memory]).Where(place => place >= 0);

    public override int GradientFloats => checked(
        Round.Up(_shape.ReadWidth, 8) + _shape.Heads * _shape.LocationsPadded + (Memory >= 0 ? _shape.MemorySize : 0));

    public override void Fill(float** parameters, IModelMemory model, float* carried, float* reads)
    {
        var starts = NtmStartValues.Of(model);
        var state = new NtmCarried(_shape, carried);
        for (var m = 0; m < _shape.ReadWidth; m++)
            reads[m] = Reads < 0 ? *starts.Read : MathF.Tanh(parameters[Reads][m]);
        FillWeightings(_shape.Read, ReadWeightings, starts.ReadWeighting, parameters, state);
        FillWeightings(_shape.Write, WriteWeightings, starts.WriteWeighting, parameters, state);
        if (Memory >= 0)
            MemoryLayout.ToBlocks(_shape, parameters[Memory], state.Memory);
        else if (starts.Matrix is not null)
            MemoryLayout.ToBlocks(_shape, starts.Matrix, state.Memory);
        else
            MemoryLayout.Fill(_shape, *starts.Constant, state.Memory);
        state.Complete();
    }

    public override void Add(float* dCarried, float* dReads, float* gradient)
    {
        var d = new NtmCarried(_shape, dCarried);
        Floats.Add(dReads, gradient, _shape.ReadWidth);
        for (var h = 0; h < _shape.Heads; h++)
            Floats.Add(d.Weighting(h), WeightingGradient(gradient, h), _shape.LocationsPadded);
        if (Memory >= 0)
            Floats.Add(d.Memory, WeightingGradient(gradient, _shape.Heads), _shape.MemorySize);
    }

    public override void Write(float* gradient, float* carried, float* reads, float* flat)
    {
        if (Reads >= 0)
        {
            // The reads are the tanh of the bias.
            var target = flat + _table.Offsets[Reads];
            for (var m = 0; m < _shape.ReadWidth; m++)
                target[m] = gradient[m] * (1 - reads[m] * reads[m]);
        }

        var state = new NtmCarried(_shape, carried);
        WriteWeightingGradients(_shape.Read, ReadWeightings, gradient, state, flat);
        WriteWeightingGradients(_shape.Write, WriteWeightings, gradient, state, flat);
        if (Memory >= 0)
            MemoryLayout.FromBlocks(_shape, WeightingGradient(gradient, _shape.Heads), flat + _table.Offsets[Memory]);
    }

    private float* WeightingGradient(float* gradient, int head) => gradient + Round.Up(_shape.ReadWidth, 8) + (nint)head * _shape.LocationsPadded;

    private void FillWeightings(in HeadShape bank, int place, float* constant, float** parameters, NtmCarried state)
    {
        for (var h = 0; h < bank.Count; h++)
        {
            var weighting = state.Weighting(bank.FirstHead + h);
            Floats.Clear(weighting, _shape.LocationsPadded);
            if (place < 0)
                new Span<float>(weighting, _shape.Locations).Fill(*constant);
            else
                Softmax(parameters[place] + (nint)h * _shape.Locations, weighting, _shape.Locations);
        }
    }

    /// <summary>The weightings are the softmax of the bias.</summary>
    private void WriteWeightingGradients(in HeadShape bank, int place, float* gradient, NtmCarried state, float* flat)
    {
        if (place < 0)
            return;
        for (var h = 0; h < bank.Count; h++)
        {
            var target = flat + _table.Offsets[place] + (nint)h * _shape.Locations;
            var d = WeightingGradient(gradient, bank.FirstHead + h);
            var weighting = state.Weighting(bank.FirstHead + h);
            var mean = 0.0;
            for (var i = 0; i < _shape.Locations; i++)
                mean += (double)d[i] * weighting[i];
            for (var i = 0; i < _shape.Locations; i++)
                target[i] = weighting[i] * (d[i] - (float)mean);
        }
    }

    private static void Softmax(float* logits, float* weights, int count)
    {
        var largest = float.NegativeInfinity;
        for (var i = 0; i < count; i++)
            largest = Math.Max(largest, logits[i]);
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sum += weights[i] = MathF.Exp(logits[i] - largest);
        for (var i = 0; i < count; i++)
            weights[i] = (float)(weights[i] / sum);
    }
}
