using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The resources that the single steps of a machine share: packed weights, engines, space for histories. Idle ones are kept for the next steps.</summary>
internal sealed class StepPool(SequenceMachine machine) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<StepEngine> _engines = [];
    private readonly Stack<StepSegment> _segments = [];
    private readonly Stack<StateGradient> _gradients = [];
    private readonly Dictionary<int, List<Tensor?>> _nothing = [];
    private readonly List<StepWeights> _weights = [];

    /// <summary>The chains whose graph may still be alive. There is no notification when a graph is dropped, so the pool asks when a chain begins.</summary>
    private readonly List<StepChain> _chains = [];

    private Tensor? _zero;
    private int _askAt = 1;
    private bool _disposed;

    public SequenceMachine Machine => machine;

    /// <summary>Returns the weights that the parameters have now, to be given back.</summary>
    /// <param name="trusted">Whether weights that were packed before may be returned, see <see cref="StepWeights"/>.</param>
    public StepWeights Use(bool trusted)
    {
        lock (_lock)
        {
            StepWeights? idle = null;
            foreach (var weights in _weights)
            {
                if (trusted && weights.AreCurrent())
                {
                    weights.Users++;
                    return weights;
                }

                if (weights.Users == 0)
                    idle = weights;
            }

            if (idle is null)
                _weights.Add(idle = new StepWeights(machine));
            idle.Pack();
            idle.Users++;
            return idle;
        }
    }

    /// <summary>Tells whether the parameters have been packed since torch changed them last.</summary>
    public bool KnowsParameters()
    {
        lock (_lock)
        {
            foreach (var weights in _weights)
                if (weights.AreUnchanged())
                    return true;
            return false;
        }
    }

    /// <summary>Ends a use.</summary>
    public void Release(StepWeights weights)
    {
        lock (_lock)
            weights.Users--;
    }

    public StepEngine RentEngine()
    {
        lock (_lock)
            if (_engines.TryPop(out var engine))
                return engine;
        return machine.Cell.Engine.CreateStepEngine();
    }

    public void Return(StepEngine engine)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _engines.Push(engine);
                return;
            }
        }

        engine.Dispose();
    }

    /// <summary>Returns space for the steps of a batch.</summary>
    /// <param name="batch"><c>B</c></param>
    /// <param name="most">The most steps that are needed.</param>
    public StepSegment RentSegment(int batch, int most = int.MaxValue)
    {
        StepSegment? segment;
        lock (_lock)
            _segments.TryPop(out segment);
        segment ??= new StepSegment(machine.Shape);
        segment.Arrange(batch, most);
        return segment;
    }

    public void Return(StepSegment segment)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _segments.Push(segment);
                return;
            }
        }

        segment.Dispose();
    }

    /// <summary>Returns a gradient of zeros for the batch of a segment.</summary>
    public StateGradient RentGradient(StepSegment segment)
    {
        StateGradient? gradient;
        lock (_lock)
            _gradients.TryPop(out gradient);
        gradient ??= new StateGradient(machine.Shape);
        gradient.Arrange(segment);
        return gradient;
    }

    public void Return(StateGradient gradient)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _gradients.Push(gradient);
                return;
            }
        }

        gradient.Dispose();
    }

    /// <summary>
    /// Returns the gradients that torch hears of for a state whose gradients are left in the chain: zeros of the right shapes that take no space, always the
    /// same tensors.
    /// </summary>
    public List<Tensor?> Nothing(int batch)
    {
        lock (_lock)
        {
            if (_nothing.TryGetValue(batch, out var known))
                return known;
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            _zero ??= machine.Zeros([1]).DetachFromDisposeScope();
            List<Tensor?> zeros = [.. machine.Shape.State.Tensors.Select((_, i) => _zero.expand(machine.Cell.StateShape(i, batch)).DetachFromDisposeScope())];
            _nothing.Add(batch, zeros);
            return zeros;
        }
    }

    /// <summary>Tells whether a gradient is one of <see cref="Nothing"/>.</summary>
    public unsafe bool IsNothing(Tensor gradient) => _zero is { } zero && TensorVersion.Start(gradient) == TensorVersion.Start(zero);

    /// <summary>Registers a chain, and takes back the space of those whose graph is gone.</summary>
    public void Watch(StepChain chain)
    {
        List<StepChain> over = [];
        lock (_lock)
        {
            _chains.Add(chain);
            if (_chains.Count < _askAt)
                return;
            foreach (var known in _chains)
                if (known.IsOver)
                    over.Add(known);
            _chains.RemoveAll(over.Contains);
            _askAt = 2 * _chains.Count;
        }

        over.ForEach(known => known.Free());
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var engine in _engines)
                engine.Dispose();
            foreach (var segment in _segments)
                segment.Dispose();
            foreach (var weights in _weights)
                if (weights.Users == 0)
                    weights.Dispose();
            foreach (var gradient in _gradients)
                gradient.Dispose();
            foreach (var zeros in _nothing.Values)
                zeros.ForEach(z => z?.Dispose());
            _zero?.Dispose();
            _gradients.Clear();
            _engines.Clear();
            _segments.Clear();
            _weights.Clear();
        }
    }
}
