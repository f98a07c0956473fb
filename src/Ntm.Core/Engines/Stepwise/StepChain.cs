using System.Runtime.InteropServices;
using Ntm.Core.Internal;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// Steps that follow one another from one state, with branches, under autograd. They share the packed weights. Each step's backward pass leaves its part of
/// the weight gradients in its history; one node of the graph, on which the first step depends, computes the gradients of the parameters from all of them,
/// after the steps.
/// </summary>
internal sealed unsafe class StepChain
{
    private readonly StepPool _pool;
    private readonly int _batch;
    private readonly bool[] _wanted;
    private readonly List<StepSegment> _segments = [];
    private readonly Tensor?[] _differentiable;
    private ISavedTensors? _saved;
    private int? _checked;
    private int? _differentiated;

    /// <param name="pool">The machine's pool.</param>
    /// <param name="weights">The weights; the chain releases them.</param>
    /// <param name="batch"><c>B</c></param>
    public StepChain(StepPool pool, StepWeights weights, int batch)
    {
        (_pool, Weights, _batch) = (pool, weights, batch);
        var tensors = pool.Machine.Tensors;
        _wanted = new bool[tensors.Length];
        for (var p = 0; p < _wanted.Length; p++)
            _wanted[p] = tensors[p].requires_grad && !pool.Machine.Cell.Engine.IsInitial(p);
        _differentiable = new Tensor?[tensors.Length];
    }

    public StepWeights Weights { get; }

    public StepPool Pool => _pool;

    /// <summary>Protects the histories and what steps leave for one another.</summary>
    public Lock Lock { get; } = new();

    /// <summary>The steps that have a gradient from the next one.</summary>
    public HashSet<StepPlace> Waiting { get; } = [];

    /// <summary>The output of the chain's first node while the node is created.</summary>
    public Tensor? Value { get; set; }

    /// <summary>Whether a parameter needs a gradient.</summary>
    public bool NeedsGradient => Array.IndexOf(_wanted, true) >= 0;

    /// <summary>Whether the graph of the first step is gone, and with it the graphs of all later ones.</summary>
    public bool IsOver => _saved is { IsOver: true };

    /// <summary>The parameters, which the first node of the chain saves.</summary>
    public Tensor[] Parameters => _pool.Machine.Tensors;

    /// <summary>Whether a parameter needs a gradient, by its place.</summary>
    public ReadOnlySpan<bool> Wanted => _wanted;

    /// <summary>Tells whether a further step may belong to the chain.</summary>
    public bool Continues(int batch)
    {
        if (batch != _batch || _saved is null || !Weights.AreCurrent())
            return false;
        var tensors = _pool.Machine.Tensors;
        for (var p = 0; p < _wanted.Length; p++)
            if (tensors[p].requires_grad != _wanted[p] && !_pool.Machine.Cell.Engine.IsInitial(p))
                return false;
        return true;
    }

    /// <summary>Sets what the chain's first node has saved, the parameters among it.</summary>
    public void Enter(ISavedTensors saved)
    {
        _saved = saved;
        _pool.Watch(this);
    }

    /// <summary>Returns a place for a step.</summary>
    /// <param name="before">The step before it; <see langword="null"/> for the first one, whose state is to be loaded.</param>
    public StepPlace Add(StepPlace? before)
    {
        lock (Lock)
        {
            var last = _segments.Count == 0 ? null : _segments[^1];
            if (before is not null && before.Segment == last && last.Next == before.Slot + 1 && last.Next < last.Capacity)
                return new StepPlace(this, last, last.Next++);
            // A branch: the slot after the last step has that step's state.
            var slot = last is null ? 0 : last.Next + 1;
            if (last is null || slot >= last.Capacity)
            {
                _segments.Add(last = _pool.RentSegment(_batch));
                slot = 0;
            }

            before?.Segment.CopyState(before.Slot + 1, last, slot);
            last.Next = slot + 1;
            return new StepPlace(this, last, slot);
        }
    }

    /// <summary>Refuses the pass if a parameter has been changed since the forward pass; once for each pass.</summary>
    /// <exception cref="ExternalException">A parameter has been changed in place.</exception>
    public void CheckParameters()
    {
        if (_checked is not null && _checked == GraphTask.Id)
            return;
        using var scope = NewDisposeScope();
        _saved!.Unpack();
        _checked = GraphTask.Id;
    }

    /// <summary>Adds a gradient that can be differentiated again.</summary>
    public void AddDifferentiable(int parameter, Tensor gradient)
    {
        if (_differentiated != GraphTask.Id)
            Array.Clear(_differentiable);
        _differentiated = GraphTask.Id;
        // The caller's dispose scope ends before the chain's node is reached.
        _differentiable[parameter] = (_differentiable[parameter] is { } sum ? sum.Plus(gradient) : gradient.alias()).DetachFromDisposeScope();
    }

    /// <summary>Returns the gradients of the parameters after the backward passes of the steps; <see langword="null"/> for those without one. Does not
    /// throw.</summary>
    public Tensor?[] Gradients(int threads) =>
        BackwardPass.Run(() => BackwardError.IsRaised || Separation.IsClosed ? Nothing() : is_grad_enabled() ? Differentiable() : Compute(threads), Nothing);

    /// <summary>Gives everything back, after the graph is gone.</summary>
    public void Free()
    {
        lock (Lock)
        {
            foreach (var place in Waiting.ToArray())
                place.Drop();
            _segments.ForEach(_pool.Return);
            _segments.Clear();
        }

        _pool.Release(Weights);
    }

    private Tensor?[] Differentiable() => _differentiated == GraphTask.Id ? [.. _differentiable] : new Tensor?[_differentiable.Length];

    private Tensor?[] Compute(int threads)
    {
        using var noGrad = no_grad();
        var machine = _pool.Machine;
        var gradients = new Tensor?[_wanted.Length];
        var engine = _pool.RentEngine();
        lock (Lock)
        {
            if (!AddWeights(engine, threads))
            {
                _pool.Return(engine);
                return gradients;
            }
        }

        var flat = machine.Empty(machine.Parameters.Length);
        engine.WriteGradient(TensorMemory.Start(flat));
        _pool.Return(engine);
        for (var p = 0; p < gradients.Length; p++)
            if (_wanted[p])
                gradients[p] = flat.narrow(0, machine.Parameters.Offsets[p], machine.Parameters.Lengths[p]).view(machine.Cell.Shapes[p]);
        return gradients;
    }

    /// <summary>Adds the weight gradients of the steps of this pass; returns whether there are any.</summary>
    private bool AddWeights(StepEngine engine, int threads)
    {
        var pass = GraphTask.Id!.Value;
        var any = false;
        foreach (var segment in _segments)
        {
            for (var first = 0; first < segment.Next; first++)
            {
                var end = first;
                while (end < segment.Next && segment.Passes[end] == pass)
                    end++;
                if (end == first)
                    continue;
                engine.AddWeights(segment, first, end - first, threads);
                (first, any) = (end, true);
            }
        }

        return any;
    }

    private Tensor?[] Nothing()
    {
        using var noGrad = no_grad();
        Tensor?[] zeros = [.. _wanted.Select((wanted, p) => wanted ? _pool.Machine.Zeros(_pool.Machine.Cell.Shapes[p]) : null)];
        BackwardError.Repeat();
        return zeros;
    }
}
