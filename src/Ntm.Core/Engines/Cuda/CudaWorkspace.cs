
namespace Ntm.Core.Engines.Cuda;

/// <summary>
/// Launches the kernels of calls on a device, from raw pointers and sizes. There is one launch per direction and chunk, and one block per sample.
/// The gradients of all weights take one product per chunk, those of the initial state one sum at the end.
/// </summary>
/// <param name="runtime">The device.</param>
/// <param name="model">The machine.</param>
/// <param name="loss">The loss of calls with targets.</param>
internal sealed unsafe class CudaWorkspace(CudaRuntime runtime, EngineModel model, LossKind loss) : ISequenceWorkspace
{
    /// <summary>Four of these bytes are a float that is NaN.</summary>
    private const byte NotANumber = 0xFF;

    private readonly MachineShape _shape = model.Shape;
    private readonly ParameterTable _table = model.Parameters;
    private readonly NtmStart _start = (NtmStart)model.Start;
    private readonly DeviceBuffer _history = new(runtime.Driver);
    private readonly DeviceBuffer _checkpoints = new(runtime.Driver);
    private readonly DeviceBuffer _carriedGradient = new(runtime.Driver);
    private readonly DeviceBuffer _work = new(runtime.Driver);
    private readonly DeviceBuffer _results = new(runtime.Driver);
    private readonly DeviceBuffer _gradient = new(runtime.Driver);
    private readonly DevicePointers _forwardPointers = new(runtime.Driver);
    private readonly DevicePointers _backwardPointers = new(runtime.Driver);
    private readonly WeightProducts _products = new(runtime.Driver, model);
    private BatchCall _call = null!;
    private SequencePlan _plan;
    private SequenceArguments _arguments;
    private long* _startLayers;
    private double[] _costs = [];
    private int[] _wrong = [];
    private bool _failed;

    /// <inheritdoc />
    public (LossSum Sum, int Perfect) Forward(BatchCall call, ReadOnlySpan<int> lengths, int threads)
    {
        (_call, _failed) = (call, false);
        _plan = SequencePlan.Of(_shape, call.Kind, call.Steps, call.Batch, runtime.Limits);
        _arguments = Describe(call);
        Reserve(call, lengths);
        for (var chunk = 0; chunk < _plan.Count; chunk++)
            ForwardChunk(chunk, again: false);
        if (call.Kind == CallKind.Train)
            BackwardSteps();
        return call.Targets is null ? default : Cost(call.Batch);
    }

    /// <inheritdoc />
    public void ForwardAgain(BatchCall call, ReadOnlySpan<int> lengths, int threads)
    {
        // A span cannot be part of the action.
        var own = lengths.ToArray();
        Attempt(() => Forward(call, own, threads));
    }

    /// <inheritdoc />
    public void Backward(int threads)
    {
        if (!_failed)
            Attempt(BackwardSteps);
        if (_failed)
            Attempt(FillWithNaNGradients);
    }

    /// <inheritdoc />
    public void WriteGradient(float* flat) => Attempt(() =>
    {
        if (_failed)
            FillWithNaN(flat, _table.Length);
        else
            runtime.Driver.Copy(_gradient.Start, (nint)flat, GradientBytes);
    });

    /// <summary>Repeats an operation on the data of the last forward pass of one chunk, for benchmarks.</summary>
    /// <param name="kernel">The kernel's name.</param>
    /// <param name="backward">Whether its blocks have the layout of the backward pass.</param>
    /// <param name="operation">The kernel's second argument.</param>
    /// <param name="repeats">The kernel's third argument.</param>
    public void Repeat(string kernel, bool backward, int operation, int repeats)
    {
        var q = _arguments;
        var layout = backward ? _plan.Backward : _plan.Forward;
        Chunk(0, layout, ref q);
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

    private long GradientBytes => (long)_table.Length * sizeof(float);

    private long CarriedFloats => _call.Batch * DeviceHistory.CarriedFloats(_shape);

    /// <summary>Runs code that autograd calls, where an exception would end the process. After an error the gradients are NaN, which no training
    /// accepts, and the device is not used again.</summary>
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

    /// <summary>Sets the gradients that the backward pass should have written to NaN; <see cref="WriteGradient"/> does the same with the
    /// parameters' gradients.</summary>
    private void FillWithNaNGradients()
    {
        var batch = (long)_call.Batch;
        FillWithNaN(_call.DInputs, _call.Steps * batch * _shape.Inputs);
        if (_call.DGiven is not { } given)
            return;
        for (var i = 0; i < given.Tensors.Length; i++)
            FillWithNaN(given.Tensors[i], batch * _shape.State.Tensors[i].Size);
    }

    private void FillWithNaN(float* target, long floats)
    {
        if (target is not null)
            runtime.Driver.Fill((nint)target, NotANumber, floats * sizeof(float));
    }

    private void BackwardSteps()
    {
        runtime.Driver.Fill(_gradient.Start, 0, GradientBytes);
        TakeGradients();
        for (var chunk = _plan.Count - 1; chunk >= 0; chunk--)
        {
            // The last chunk's history is still available.
            if (chunk < _plan.Count - 1)
                ForwardChunk(chunk, again: true);
            BackwardChunk(chunk);
        }

        if (_call.Given is null)
            StartGradient();
    }

    /// <summary>Returns the arguments that all chunks of the forward pass share, pointers into torch's memory included.</summary>
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
            InputSize = _shape.Inputs,
            OutputSize = _shape.Outputs,
            Units = _shape.Units,
            LayerCount = _shape.Layers,
            Controller = (int)_shape.Controller.Kind,
            Sums = _shape.Controller.Sums.Length,
            Recurs = _shape.Controller.Recurs ? 1 : 0,
            HasCell = _shape.Controller.HasCell ? 1 : 0,
            Loss = (int)loss,
            Locations = _shape.Ntm().Locations,
            Width = _shape.Ntm().Width,
            ReadsAfterWrite = _shape.Ntm().ReadsAfterWrite ? 1 : 0,
            Keep = _plan.Keep ? 1 : 0,
            Clip = _shape.Clip,
            DropoutSeed = unchecked((long)call.Dropout.Seed),
            FirstSequence = call.Dropout.First,
            DropoutScale = (float)call.Dropout.Scale,
            DropoutThreshold = unchecked((int)call.Dropout.Threshold),
            Read = Bank(_shape.Ntm().Read),
            Write = Bank(_shape.Ntm().Write),
        };
        for (var i = 0; i < _shape.Controller.Sums.Length; i++)
        {
            q.InputBlocks[i] = _shape.Controller.Sums[i].Input;
            q.StateBlocks[i] = _shape.Controller.Sums[i].State;
        }

        Span<nint> parameters = new nint[_table.Names.Length];
        fixed (nint* pointers = parameters)
            _call.Model.ReadParameters((float**)pointers);
        TakeParameters(parameters, ref q);
        _forwardPointers.Begin();
        foreach (var layer in _table.Layers)
            _forwardPointers.Add(
                parameters[layer.InputWeight], parameters[layer.InputBias], At(parameters, layer.StateWeight), At(parameters, layer.StateBias),
                At(parameters, layer.InitialH), At(parameters, layer.InitialC));
        var given = AddState(_forwardPointers, call.Given);
        var final = AddState(_forwardPointers, call.Final);
        var traced = call.Trace is not NtmTraceBuffers trace ? -1 : _forwardPointers.Add(
            (nint)trace.Reads, (nint)trace.Erases, (nint)trace.Adds, (nint)trace.ReadWeightings, (nint)trace.WriteWeightings);
        var words = _forwardPointers.Upload();
        q.Layers = (float**)words;
        q.Given = Table(words, given);
        q.Final = Table(words, final);
        q.Trace = Table(words, traced);
        return q;
    }

    private void TakeParameters(ReadOnlySpan<nint> parameters, ref SequenceArguments q)
    {
        q.ReadWeight = (float*)parameters[_table.Interface[0].Weight];
        q.ReadBias = (float*)parameters[_table.Interface[0].Bias];
        q.WriteWeight = (float*)parameters[_table.Interface[1].Weight];
        q.WriteBias = (float*)parameters[_table.Interface[1].Bias];
        q.OutputWeight = (float*)parameters[_table.Output.Weight];
        q.OutputBias = (float*)parameters[_table.Output.Bias];
        var starts = NtmStartValues.Of(_call.Model);
        (q.LearnsReadWeightings, q.LearnsWriteWeightings) = (_start.ReadWeightings >= 0 ? 1 : 0, _start.WriteWeightings >= 0 ? 1 : 0);
        q.LearnsReads = _start.Reads >= 0 ? 1 : 0;
        q.MemoryIsMatrix = _start.Memory >= 0 || starts.Matrix is not null ? 1 : 0;
        q.ReadWeightingStart = starts.ReadWeighting is null ? (float*)parameters[_start.ReadWeightings] : starts.ReadWeighting;
        q.WriteWeightingStart = starts.WriteWeighting is null ? (float*)parameters[_start.WriteWeightings] : starts.WriteWeighting;
        q.ReadVectorStart = starts.Read is null ? (float*)parameters[_start.Reads] : starts.Read;
        q.MemoryStart = _start.Memory >= 0 ? (float*)parameters[_start.Memory] : starts.Matrix is null ? starts.Constant : starts.Matrix;
    }

    /// <summary>Reserves memory for everything, the backward pass included, because the backward pass must not fail.</summary>
    private void Reserve(BatchCall call, ReadOnlySpan<int> lengths)
    {
        var kept = _plan.Keep ? _plan.Length : 1;
        var history = _history.RequireFloats(DeviceHistory.Floats(_shape, kept, call.Batch));
        DeviceHistory.Place(_shape, history, kept, call.Batch, ref _arguments);
        var outside = _plan.Keep ? Math.Max(_plan.Forward.OutsideFloats, _plan.Backward.OutsideFloats) : _plan.Forward.OutsideFloats;
        _arguments.Workspace = _work.RequireFloats(outside * call.Batch);
        var results = _results.Require((long)call.Batch * (sizeof(double) + 2 * sizeof(int)));
        _arguments.Cost = (double*)results;
        _arguments.Wrong = (int*)(_arguments.Cost + call.Batch);
        if (!lengths.IsEmpty)
        {
            _arguments.Lengths = _arguments.Wrong + call.Batch;
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

    private void ForwardChunk(int chunk, bool again)
    {
        var q = _arguments;
        Chunk(chunk, _plan.Forward, ref q);
        q.Before = chunk == 0 ? null : Checkpoint(chunk);
        q.After = chunk == _plan.Count - 1 || again ? null : Checkpoint(chunk + 1);
        if (again)
        {
            // Results that the caller already has are not written again.
            q.Logits = null;
            q.Targets = null;
            q.Final = null;
            q.Trace = null;
        }

        runtime.Driver.Launch("ntmForward", _call.Batch, 1, _plan.Threads, _plan.Forward.SharedBytes, [(nint)(&q)]);
    }

    private void BackwardChunk(int chunk)
    {
        var q = _arguments;
        Chunk(chunk, _plan.Backward, ref q);
        runtime.Driver.Launch("ntmBackward", _call.Batch, 1, _plan.Threads, _plan.Backward.SharedBytes, [(nint)(&q)]);
        _products.Add(q, _gradient.Floats);
    }

    private void Chunk(int chunk, in WorkLayout layout, ref SequenceArguments q)
    {
        q.FirstStep = chunk * _plan.Length;
        q.ChunkSteps = _plan.StepsOf(chunk, _call.Steps);
        q.SharedVectors = layout.SharedVectors ? 1 : 0;
        q.SharedMemory = layout.SharedMemory ? 1 : 0;
        q.WorkspaceStride = layout.OutsideFloats;
    }

    /// <summary>Returns the state before a chunk other than the first.</summary>
    private float* Checkpoint(int chunk) => _checkpoints.Floats + (chunk - 1) * CarriedFloats;

    private void TakeGradients()
    {
        _backwardPointers.Begin();
        var dFinal = AddState(_backwardPointers, _call.DFinal);
        var dGiven = AddState(_backwardPointers, _call.DGiven);
        var start = _backwardPointers.Add();
        foreach (var layer in _table.Layers)
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
            Reads = Offset(_start.Reads),
            ReadWeightings = Offset(_start.ReadWeightings),
            WriteWeightings = Offset(_start.WriteWeightings),
            Memory = Offset(_start.Memory),
        };
        const int Threads = 256;
        var shared = WorkLayout.FixedBytes(Threads);
        var blocks = (int)((DeviceHistory.CarriedFloats(_shape) + Threads - 1) / Threads);
        runtime.Driver.Launch("ntmStartSums", blocks, 1, Threads, shared, [(nint)(&q), (nint)(&call)]);
        runtime.Driver.Launch("ntmStartWeightings", _shape.Ntm().Heads, 1, Threads, shared, [(nint)(&q), (nint)(&call)]);
    }

    private nint Offset(int parameter) => parameter < 0 ? -1 : _table.Offsets[parameter];

    private (LossSum Sum, int Perfect) Cost(int batch)
    {
        if (_costs.Length < batch)
            (_costs, _wrong) = (new double[batch], new int[batch]);
        fixed (double* costs = _costs)
            runtime.Driver.Download((nint)_arguments.Cost, costs, (long)batch * sizeof(double));
        fixed (int* wrong = _wrong)
            runtime.Driver.Download((nint)_arguments.Wrong, wrong, (long)batch * sizeof(int));
        var total = new LossSum();
        for (var b = 0; b < batch; b++)
        {
            total.Loss += _costs[b];
            total.Wrong += _wrong[b];
        }

        return (total, _wrong.AsSpan(0, batch).Count(0));
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
        foreach (var tensor in state.Tensors)
            pointers.Add((nint)tensor);
        return place;
    }

    private static float** Table(nint* words, int place) => place < 0 ? null : (float**)(words + place);
}
