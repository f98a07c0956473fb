using Ntm.Core.Engines.Cpu;

namespace Ntm.Core.Engines.Cuda;

/// <summary>
/// The launcher: computes calls on a device, from raw pointers and sizes. One launch per direction and stretch, one block per sample;
/// the gradients of all weights in one product per stretch, those of the initial state in one sum at the end.
/// </summary>
/// <param name="runtime">The device.</param>
/// <param name="shape">The machine.</param>
/// <param name="table">Its parameters.</param>
internal sealed unsafe class CudaWorkspace(CudaRuntime runtime, MachineShape shape, ParameterTable table) : ISequenceWorkspace
{
    /// <summary>Four of these are a float that is not a number.</summary>
    private const byte NotANumber = 0xFF;

    private readonly DeviceBuffer _history = new(runtime.Driver);
    private readonly DeviceBuffer _checkpoints = new(runtime.Driver);
    private readonly DeviceBuffer _carriedGradient = new(runtime.Driver);
    private readonly DeviceBuffer _work = new(runtime.Driver);
    private readonly DeviceBuffer _results = new(runtime.Driver);
    private readonly DeviceBuffer _gradient = new(runtime.Driver);
    private readonly DevicePointers _forwardPointers = new(runtime.Driver);
    private readonly DevicePointers _backwardPointers = new(runtime.Driver);
    private readonly WeightProducts _products = new(runtime.Driver, shape, table);
    private BatchCall _call = null!;
    private SequencePlan _plan;
    private SequenceArguments _arguments;
    private long* _startLayers;
    private double[] _costs = [];
    private int[] _wrongBits = [];
    private bool _failed;

    /// <inheritdoc />
    public (CostSum Cost, int Flawless) Forward(BatchCall call, ReadOnlySpan<int> lengths, int threads)
    {
        (_call, _failed) = (call, false);
        _plan = SequencePlan.Of(shape, call.Kind, call.Steps, call.Batch, runtime.Limits);
        _arguments = Describe(call);
        Reserve(call, lengths);
        for (var stretch = 0; stretch < _plan.Count; stretch++)
            ForwardStretch(stretch, again: false);
        if (call.Kind == CallKind.Train)
            BackwardSteps();
        return call.Targets is null ? default : Cost(call.Batch);
    }

    /// <inheritdoc />
    public void ForwardAgain(BatchCall call, int threads) => Attempt(() => Forward(call, [], threads));

    /// <inheritdoc />
    public void Backward(int threads)
    {
        if (!_failed)
            Attempt(BackwardSteps);
        if (_failed)
            Attempt(SpoilGradients);
    }

    /// <inheritdoc />
    public void WriteGradient(float* flat) => Attempt(() =>
    {
        if (_failed)
            Spoil(flat, table.Length);
        else
            runtime.Driver.Copy(_gradient.Start, (nint)flat, GradientBytes);
    });

    /// <summary>For benchmarks: a kernel that repeats an operation on what the last forward pass of one stretch has left.</summary>
    /// <param name="kernel">The kernel's name.</param>
    /// <param name="backward">Whether its blocks work as those of the backward pass.</param>
    /// <param name="operation">The kernel's second argument.</param>
    /// <param name="repeats">Its third one.</param>
    public void Repeat(string kernel, bool backward, int operation, int repeats)
    {
        var q = _arguments;
        var layout = backward ? _plan.Backward : _plan.Forward;
        Stretch(0, layout, ref q);
        runtime.Driver.Launch(kernel, _call.Batch, 1, _plan.Threads, layout.SharedBytes, [(nint)(&q), (nint)(&operation), (nint)(&repeats)]);
    }

    public void Dispose()
    {
        foreach (var buffer in (DeviceBuffer[])[_history, _checkpoints, _carriedGradient, _work, _results, _gradient])
            buffer.Dispose();
        _forwardPointers.Dispose();
        _backwardPointers.Dispose();
        _products.Dispose();
    }

    private long GradientBytes => (long)table.Length * sizeof(float);

    private long CarriedFloats => _call.Batch * DeviceHistory.CarriedFloats(shape);

    /// <summary>Does what autograd calls, which an exception would end together with the process: gradients become NaN, which no training
    /// takes, and the device is not used again.</summary>
    private void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (CudaException e)
        {
            _failed = true;
            runtime.Failure = e.Message;
        }
    }

    /// <summary>Makes the gradients that the backward pass should have written not a number; <see cref="WriteGradient"/> does so with the
    /// parameters'.</summary>
    private void SpoilGradients()
    {
        var batch = (long)_call.Batch;
        Spoil(_call.DInputs, _call.Steps * batch * shape.Inputs);
        if (_call.DGiven is not { } given)
            return;
        foreach (var part in given.Controller)
            Spoil(part, batch * shape.Units);
        Spoil(given.Memory, batch * shape.Locations * shape.Width);
        Spoil(given.Reads, batch * shape.ReadWidth);
        Spoil(given.ReadWeightings, batch * shape.Read.Count * shape.Locations);
        Spoil(given.WriteWeightings, batch * shape.Write.Count * shape.Locations);
    }

    private void Spoil(float* target, long floats)
    {
        if (target is not null)
            runtime.Driver.Fill((nint)target, NotANumber, floats * sizeof(float));
    }

    private void BackwardSteps()
    {
        runtime.Driver.Fill(_gradient.Start, 0, GradientBytes);
        TakeGradients();
        for (var stretch = _plan.Count - 1; stretch >= 0; stretch--)
        {
            // The last stretch is still there.
            if (stretch < _plan.Count - 1)
                ForwardStretch(stretch, again: true);
            BackwardStretch(stretch);
        }

        if (_call.Given is null)
            StartGradient();
    }

    /// <summary>What holds for every stretch of the forward pass, pointers into torch's memory included.</summary>
    private SequenceArguments Describe(BatchCall call)
    {
        var q = new SequenceArguments
        {
            Inputs = call.Inputs,
            Logits = call.Logits,
            Targets = call.Targets,
            Mask = call.Mask,
            Batch = call.Batch,
            Steps = call.Steps,
            InputSize = shape.Inputs,
            OutputSize = shape.Outputs,
            Units = shape.Units,
            LayerCount = shape.Layers,
            Lstm = shape.Lstm ? 1 : 0,
            Locations = shape.Locations,
            Width = shape.Width,
            ReadsAfterWrite = shape.ReadsAfterWrite ? 1 : 0,
            Keep = _plan.Keep ? 1 : 0,
            Clip = shape.Clip,
            Read = Bank(shape.Read),
            Write = Bank(shape.Write),
        };
        Span<nint> parameters = new nint[table.Names.Length];
        fixed (nint* pointers = parameters)
            _call.Model.ReadParameters((float**)pointers);
        TakeParameters(parameters, ref q);
        _forwardPointers.Begin();
        foreach (var layer in table.Layers)
            _forwardPointers.Add(
                parameters[layer.InputWeight], At(parameters, layer.StateWeight), parameters[layer.Bias], At(parameters, layer.InitialH),
                At(parameters, layer.InitialC));
        var given = AddState(_forwardPointers, call.Given);
        var final = AddState(_forwardPointers, call.Final);
        var trace = call.Trace is null ? -1 : _forwardPointers.Add(
            (nint)call.Trace.Reads, (nint)call.Trace.Erases, (nint)call.Trace.Adds, (nint)call.Trace.ReadWeightings, (nint)call.Trace.WriteWeightings);
        var words = _forwardPointers.Upload();
        q.Layers = (float**)words;
        q.Given = Table(words, given);
        q.Final = Table(words, final);
        q.Trace = Table(words, trace);
        return q;
    }

    private void TakeParameters(ReadOnlySpan<nint> parameters, ref SequenceArguments q)
    {
        q.ReadWeight = (float*)parameters[table.ReadHeads.Weight];
        q.ReadBias = (float*)parameters[table.ReadHeads.Bias];
        q.WriteWeight = (float*)parameters[table.WriteHeads.Weight];
        q.WriteBias = (float*)parameters[table.WriteHeads.Bias];
        q.OutputWeight = (float*)parameters[table.Output.Weight];
        q.OutputBias = (float*)parameters[table.Output.Bias];
        var starts = _call.Model.Starts();
        (q.LearnsReadStart, q.LearnsWriteStart) = (table.InitialReadWeightings >= 0 ? 1 : 0, table.InitialWriteWeightings >= 0 ? 1 : 0);
        q.LearnsReadsStart = table.InitialReads >= 0 ? 1 : 0;
        q.MemoryIsMatrix = table.Memory >= 0 || starts.Matrix is not null ? 1 : 0;
        q.ReadStart = starts.ReadWeighting is null ? (float*)parameters[table.InitialReadWeightings] : starts.ReadWeighting;
        q.WriteStart = starts.WriteWeighting is null ? (float*)parameters[table.InitialWriteWeightings] : starts.WriteWeighting;
        q.ReadsStart = starts.Read is null ? (float*)parameters[table.InitialReads] : starts.Read;
        q.MemoryStart = table.Memory >= 0 ? (float*)parameters[table.Memory] : starts.Matrix is null ? starts.Constant : starts.Matrix;
    }

    /// <summary>Makes room for everything, the backward pass included: in that nothing should fail.</summary>
    private void Reserve(BatchCall call, ReadOnlySpan<int> lengths)
    {
        var kept = _plan.Keep ? _plan.Length : 1;
        var history = _history.RequireFloats(DeviceHistory.Floats(shape, kept, call.Batch));
        DeviceHistory.Place(shape, history, kept, call.Batch, ref _arguments);
        var outside = _plan.Keep ? Math.Max(_plan.Forward.OutsideFloats, _plan.Backward.OutsideFloats) : _plan.Forward.OutsideFloats;
        _arguments.Workspace = _work.RequireFloats(outside * call.Batch);
        var results = _results.Require((long)call.Batch * (sizeof(double) + 2 * sizeof(int)));
        _arguments.Cost = (double*)results;
        _arguments.WrongBits = (int*)(_arguments.Cost + call.Batch);
        if (!lengths.IsEmpty)
        {
            _arguments.Lengths = _arguments.WrongBits + call.Batch;
            fixed (int* source = lengths)
                runtime.Driver.Upload(source, (nint)_arguments.Lengths, (long)call.Batch * sizeof(int));
        }

        if (!_plan.Keep)
            return;
        if (_plan.Count > 1)
            _checkpoints.RequireFloats((_plan.Count - 1) * CarriedFloats);
        _arguments.DCarried = _carriedGradient.RequireFloats(CarriedFloats);
        _gradient.Require(GradientBytes);
        _products.Reserve(_plan, call);
    }

    private void ForwardStretch(int stretch, bool again)
    {
        var q = _arguments;
        Stretch(stretch, _plan.Forward, ref q);
        q.Before = stretch == 0 ? null : Checkpoint(stretch);
        q.After = stretch == _plan.Count - 1 || again ? null : Checkpoint(stretch + 1);
        if (again)
        {
            // What was given to the caller the first time is not given again.
            q.Logits = null;
            q.Targets = null;
            q.Final = null;
            q.Trace = null;
        }

        runtime.Driver.Launch("ntmForward", _call.Batch, 1, _plan.Threads, _plan.Forward.SharedBytes, [(nint)(&q)]);
    }

    private void BackwardStretch(int stretch)
    {
        var q = _arguments;
        Stretch(stretch, _plan.Backward, ref q);
        runtime.Driver.Launch("ntmBackward", _call.Batch, 1, _plan.Threads, _plan.Backward.SharedBytes, [(nint)(&q)]);
        _products.Add(q, _gradient.Floats);
    }

    private void Stretch(int stretch, in WorkLayout layout, ref SequenceArguments q)
    {
        q.FirstStep = stretch * _plan.Length;
        q.StretchSteps = _plan.StepsOf(stretch, _call.Steps);
        q.SharedVectors = layout.SharedVectors ? 1 : 0;
        q.SharedMemory = layout.SharedMemory ? 1 : 0;
        q.WorkspaceStride = layout.OutsideFloats;
    }

    /// <summary>The state before a stretch but the first.</summary>
    private float* Checkpoint(int stretch) => _checkpoints.Floats + (stretch - 1) * CarriedFloats;

    private void TakeGradients()
    {
        _backwardPointers.Begin();
        var dFinal = AddState(_backwardPointers, _call.DFinal);
        var dGiven = AddState(_backwardPointers, _call.DGiven);
        var start = _backwardPointers.Add();
        foreach (var layer in table.Layers)
            _backwardPointers.Add(Offset(layer.InitialH), Offset(layer.InitialC));
        var words = _backwardPointers.Upload();
        _arguments.DLogits = _call.DLogits;
        _arguments.DInputs = _call.DInputs;
        _arguments.DFinal = Table(words, dFinal);
        _arguments.DGiven = Table(words, dGiven);
        _startLayers = (long*)(words + start);
    }

    private void StartGradient()
    {
        var q = _arguments;
        var call = new StartCallArguments
        {
            Layers = _startLayers,
            Gradient = _gradient.Floats,
            Reads = Offset(table.InitialReads),
            ReadWeightings = Offset(table.InitialReadWeightings),
            WriteWeightings = Offset(table.InitialWriteWeightings),
            Memory = Offset(table.Memory),
        };
        const int Threads = 256;
        var shared = WorkLayout.FixedBytes(Threads);
        var blocks = (int)((DeviceHistory.CarriedFloats(shape) + Threads - 1) / Threads);
        runtime.Driver.Launch("ntmStartSums", blocks, 1, Threads, shared, [(nint)(&q), (nint)(&call)]);
        runtime.Driver.Launch("ntmStartWeightings", shape.Heads, 1, Threads, shared, [(nint)(&q), (nint)(&call)]);
    }

    private nint Offset(int parameter) => parameter < 0 ? -1 : table.Offsets[parameter];

    private (CostSum Cost, int Flawless) Cost(int batch)
    {
        if (_costs.Length < batch)
            (_costs, _wrongBits) = (new double[batch], new int[batch]);
        fixed (double* costs = _costs)
            runtime.Driver.Download((nint)_arguments.Cost, costs, (long)batch * sizeof(double));
        fixed (int* wrongBits = _wrongBits)
            runtime.Driver.Download((nint)_arguments.WrongBits, wrongBits, (long)batch * sizeof(int));
        var total = new CostSum();
        for (var b = 0; b < batch; b++)
        {
            total.Nats += _costs[b];
            total.WrongBits += _wrongBits[b];
        }

        return (total, _wrongBits.AsSpan(0, batch).Count(0));
    }

    private static BankArguments Bank(in HeadShape bank) => new()
    {
        Count = bank.Count,
        Located = bank.Located ? 1 : 0,
        ShiftRange = bank.ShiftRange,
        FirstHead = bank.FirstHead,
        FirstOutput = bank.FirstOutput,
        OutputsPerHead = bank.OutputsPerHead,
    };

    private static nint At(ReadOnlySpan<nint> parameters, int place) => place < 0 ? 0 : parameters[place];

    private static int AddState(DevicePointers pointers, StateBuffers? state)
    {
        if (state is null)
            return -1;
        var place = pointers.Add();
        foreach (var controller in state.Controller)
            pointers.Add((nint)controller);
        pointers.Add((nint)state.Memory, (nint)state.Reads, (nint)state.ReadWeightings, (nint)state.WriteWeightings);
        return place;
    }

    private static float** Table(nint* words, int place) => place < 0 ? null : (float**)(words + place);
}
