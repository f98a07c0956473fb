using System.Runtime.InteropServices;

namespace Ntm.Runtime.Engine;

/// <summary>Computes single steps whose histories are kept by the caller, one call at a time. All pointers are to contiguous floats, <c>[B, ...]</c>.</summary>
internal abstract unsafe class StepEngine : IDisposable
{
    /// <summary>Computes a step of a segment.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="slot">The step.</param>
    /// <param name="given">The state before it; <see langword="null"/> if it is in the slot.</param>
    /// <param name="inputs"><c>[B, I]</c></param>
    /// <param name="dropout">The dropout of the controller's output, as step 0 of each sequence.</param>
    /// <param name="logits">The target for the clipped logits, <c>[B, O]</c>.</param>
    /// <param name="final">The target for the state after the step; <see langword="null"/> if it is needed in the next slot only.</param>
    /// <param name="threads">The number of threads.</param>
    public abstract void Forward(
        PackedWeights weights, StepSegment segment, int slot, StateBuffers? given, float* inputs, in DropoutMasks dropout, float* logits, StateBuffers? final,
        int threads);

    /// <summary>Copies a state.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="slot">The slot that has the state.</param>
    /// <param name="target">The target.</param>
    public abstract void CopyState(StepSegment segment, int slot, StateBuffers target);

    /// <summary>Sets a state.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="slot">The slot that receives the state; its padding is zero already.</param>
    /// <param name="source">The state, all of its tensors.</param>
    public abstract void SetState(StepSegment segment, int slot, StateBuffers source);

    /// <summary>Copies the gradient of a state of a segment's batch to the engine's layout; what is not given stays as it is.</summary>
    public abstract void Load(StepSegment segment, StateBuffers source, StateGradient gradient);

    /// <summary>Copies the gradient of a state of a segment's batch from the engine's layout.</summary>
    public abstract void Save(StepSegment segment, StateGradient gradient, StateBuffers target);

    /// <summary>Goes back through a step. Its part of the weight gradients stays in the segment, see <see cref="AddWeights"/>.</summary>
    /// <param name="weights">The weights of the forward pass.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="slot">The step.</param>
    /// <param name="again">Whether an earlier backward pass has replaced the step's values, so that they are computed again first.</param>
    /// <param name="dLogits">The gradient of the logits; <see langword="null"/> for zero.</param>
    /// <param name="dState">The gradient of the state after the step; on return, of the state before it.</param>
    /// <param name="dInputs">The target for the gradient of the inputs, or <see langword="null"/>.</param>
    /// <param name="threads">The number of threads.</param>
    public abstract void Backward(
        PackedWeights weights, StepSegment segment, int slot, bool again, float* dLogits, StateGradient dState, float* dInputs, int threads);

    /// <summary>Adds the weight gradients of steps after their backward passes; the first call after <see cref="WriteGradient"/> sets them.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="first">The first step.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="threads">The number of threads.</param>
    public abstract void AddWeights(StepSegment segment, int first, int steps, int threads);

    /// <summary>Writes the sum of the weight gradients of all parameters; zero for those that only initial states use.</summary>
    public abstract void WriteGradient(float* flat);

    public abstract void Dispose();
}

/// <inheritdoc />
internal sealed unsafe class StepEngine<TController, TAccess>(EngineModel model) : StepEngine, IParallelWork
    where TController : struct, IController
    where TAccess : struct, IMemoryAccess
{
    private const int MostLanes = 16;

    private readonly ParallelRunner _runner = new();
    private readonly List<GroupScratch> _scratch = [];
    private readonly List<LaneGradient> _lanes = [];
    private readonly MachineShape _shape = model.Shape;
    private Work _work;
    private PackedWeights _weights = null!;
    private StepSegment _segment = null!;
    private DropoutMasks _dropout;
    private StateBuffers? _given;
    private StateBuffers? _final;
    private StateGradient _dState = null!;
    private float* _inputs;
    private float* _logits;
    private float[] _saved = [];
    private int _slot;
    private int _steps;
    private int _laneCount;
    private bool _accumulate;

    /// <summary>The number of floats of one sample's rows of all layers.</summary>
    private int RowFloats => Enumerable.Range(0, _shape.Layers).Sum(_shape.LayerStride);

    private enum Work
    {
        Forward,
        Backward,
        BackwardAgain,
        Weights,
    }

    public override void Forward(
        PackedWeights weights, StepSegment segment, int slot, StateBuffers? given, float* inputs, in DropoutMasks dropout, float* logits, StateBuffers? final,
        int threads)
    {
        _dropout = dropout;
        segment.Drops[slot] = dropout.IsActive;
        (_given, _final) = (given, final);
        _inputs = inputs;
        _logits = logits;
        Run(Work.Forward, weights, segment, slot, threads);
    }

    public override void CopyState(StepSegment segment, int slot, StateBuffers target)
    {
        for (var b = 0; b < segment.Batch; b++)
            target.Save<TAccess, HistoryRow>(b, new HistoryRow(segment[b / segment.GroupRows], slot, b % segment.GroupRows));
        GC.KeepAlive(segment);
    }

    public override void SetState(StepSegment segment, int slot, StateBuffers source)
    {
        for (var b = 0; b < segment.Batch; b++)
            SetSample(source, b, segment[b / segment.GroupRows], slot, b % segment.GroupRows);
        GC.KeepAlive(segment);
    }

    public override void Load(StepSegment segment, StateBuffers source, StateGradient gradient)
    {
        for (var b = 0; b < segment.Batch; b++)
            source.Load<TAccess, GradientRow>(b, new GradientRow(gradient[b / segment.GroupRows], b % segment.GroupRows));
        GC.KeepAlive(gradient);
    }

    public override void Save(StepSegment segment, StateGradient gradient, StateBuffers target)
    {
        for (var b = 0; b < segment.Batch; b++)
            target.Save<TAccess, GradientRow>(b, new GradientRow(gradient[b / segment.GroupRows], b % segment.GroupRows));
        GC.KeepAlive(gradient);
    }

    public override void Backward(
        PackedWeights weights, StepSegment segment, int slot, bool again, float* dLogits, StateGradient dState, float* dInputs, int threads)
    {
        _dState = dState;
        _inputs = dInputs;
        _logits = dLogits;
        Run(again ? Work.BackwardAgain : Work.Backward, weights, segment, slot, threads);
    }

    public override void AddWeights(StepSegment segment, int first, int steps, int threads)
    {
        _laneCount = Math.Min(segment.Groups, MostLanes);
        while (_lanes.Count < _laneCount)
            _lanes.Add(new LaneGradient(model));
        _steps = steps;
        _work = Work.Weights;
        (_segment, _slot) = (segment, first);
        _runner.Run(this, _laneCount, threads);
        _accumulate = true;
        GC.KeepAlive(this);
    }

    public override void WriteGradient(float* flat)
    {
        LaneGradient.Add(CollectionsMarshal.AsSpan(_lanes)[.._laneCount], 0, _laneCount);
        GradientWriter.Write(model, _lanes[0], null, flat);
        _accumulate = false;
        GC.KeepAlive(this);
    }

    public void Execute(int piece, int slot)
    {
        switch (_work)
        {
            case Work.Forward:
                ForwardGroup(piece, _scratch[slot]);
                break;
            case Work.Weights:
                for (var g = piece; g < _segment.Groups; g += _laneCount)
                    _lanes[piece].AddWeights(_segment[g], _slot, _steps, _accumulate || g != piece);
                break;
            default:
                BackwardGroup(piece, _scratch[slot]);
                break;
        }
    }

    public override void Dispose()
    {
        _scratch.ForEach(s => s.Dispose());
        _lanes.ForEach(l => l.Dispose());
    }

    private void Run(Work work, PackedWeights weights, StepSegment segment, int slot, int threads)
    {
        (_work, _weights, _segment, _slot) = (work, weights, segment, slot);
        while (_scratch.Count < Math.Clamp(threads, 1, segment.Groups))
            _scratch.Add(new GroupScratch(_shape));
        if (work == Work.BackwardAgain && segment.Groups * segment.GroupRows * RowFloats is var saved && _saved.Length < saved)
            _saved = new float[saved];
        _runner.Run(this, segment.Groups, threads);
        (_given, _final, _dState) = (null, null, null!);
        GC.KeepAlive(this);
    }

    private void ForwardGroup(int g, GroupScratch scratch)
    {
        var history = _segment[g];
        var (first, samples) = (g * _segment.GroupRows, _segment.Samples(g));
        scratch.Arrange(history.Rows, null);
        if (_given is not null)
            ClearState(history);
        for (var r = 0; r < samples; r++)
        {
            if (_given is { } given)
                SetSample(given, first + r, history, _slot, r);
            GroupForward<TController, TAccess>.LoadInput(_shape, history, _slot, r, _inputs + (nint)(first + r) * _shape.Inputs);
            if (_dropout.IsActive)
                GroupForward<TController, TAccess>.LoadDropout(_shape, history, _slot, r, _dropout, first + r, 0);
        }

        GroupForward<TController, TAccess>.Step(_shape, _weights, history, scratch, _slot, samples, _dropout.IsActive);
        for (var r = 0; r < samples; r++)
        {
            _final?.Save<TAccess, HistoryRow>(first + r, new HistoryRow(history, _slot + 1, r));
            var source = history.Logits(_slot, r);
            var target = _logits + (nint)(first + r) * _shape.Outputs;
            for (var o = 0; o < _shape.Outputs; o++)
                target[o] = Math.Clamp(source[o], -_shape.Clip, _shape.Clip);
        }
    }

    private void SetSample(StateBuffers source, int sample, History history, int slot, int row)
    {
        source.Load<TAccess, HistoryRow>(sample, new HistoryRow(history, slot, row));
        TAccess.Complete(_shape.Access, history.Carried(slot, row));
    }

    /// <summary>Rows without a sample must be finite, and padding zero; the memory of a segment may hold anything.</summary>
    private void ClearState(History history)
    {
        for (var r = 0; r < history.Rows; r++)
        {
            Floats.Clear(history.Carried(_slot, r), _shape.Access.CarriedFloats);
            for (var l = 0; l < _shape.Layers; l++)
            {
                Floats.Clear(history.Layer(l, _slot, r), _shape.LayerStride(l));
                if (_shape.Controller.HasCell)
                    Floats.Clear(history.Cells(l, _slot, r), _shape.UnitsPadded);
            }
        }
    }

    private void BackwardGroup(int g, GroupScratch scratch)
    {
        var history = _segment[g];
        var (first, samples) = (g * _segment.GroupRows, _segment.Samples(g));
        scratch.Arrange(history.Rows, _dState[g]);
        if (_work == Work.BackwardAgain)
            ForwardAgain(g, history, scratch, samples);
        for (var r = 0; r < history.Rows; r++)
        {
            if (r < samples)
                OutsideGradient.Load(_shape, _logits, first + r, history.Logits(_slot, r));
            else
                Floats.Clear(history.Logits(_slot, r), _shape.OutputsPadded);
        }

        GroupBackward<TController, TAccess>.Step(_shape, _weights, history, scratch, _slot, samples, _segment.Drops[_slot], _inputs is not null);
        for (var r = 0; r < samples && _inputs is not null; r++)
            Floats.Copy(scratch.DLayer(0, r) + _shape.InputColumn, _inputs + (nint)(first + r) * _shape.Inputs, _shape.Inputs);
    }

    /// <summary>Computes the step again. Its stores may reach the next step's inputs, which are kept.</summary>
    private void ForwardAgain(int g, History history, GroupScratch scratch, int samples)
    {
        var at = g * _segment.GroupRows * RowFloats;
        var start = at;
        for (var l = 0; l < _shape.Layers; l++)
        {
            var count = history.Rows * _shape.LayerStride(l);
            new Span<float>(history.Layer(l, _slot + 1), count).CopyTo(_saved.AsSpan(at, count));
            at += count;
        }

        // The factors of its dropout are still in the history.
        GroupForward<TController, TAccess>.Step(_shape, _weights, history, scratch, _slot, samples, _segment.Drops[_slot]);
        for (var l = 0; l < _shape.Layers; l++)
        {
            var count = history.Rows * _shape.LayerStride(l);
            _saved.AsSpan(start, count).CopyTo(new Span<float>(history.Layer(l, _slot + 1), count));
            start += count;
        }
    }
}
