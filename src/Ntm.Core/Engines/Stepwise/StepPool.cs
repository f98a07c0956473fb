namespace Ntm.Core.Engines;

/// <summary>The resources that the single steps of a machine share: packed weights, engines, space for histories. Idle ones are kept for the next steps.</summary>
internal sealed class StepPool(SequenceMachine machine) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<StepEngine> _engines = [];
    private readonly Stack<StepSegment> _segments = [];
    private readonly List<StepWeights> _weights = [];

    /// <summary>The chains whose graph may still be alive. There is no notification when a graph is dropped, so the pool asks when a chain begins.</summary>
    private readonly List<StepChain> _chains = [];

    private int _askAt = 4;
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
    public StepSegment RentSegment(int batch)
    {
        StepSegment? segment;
        lock (_lock)
            _segments.TryPop(out segment);
        segment ??= new StepSegment(machine.Shape);
        segment.Arrange(batch);
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
            _askAt = Math.Max(4, 2 * _chains.Count);
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
            _engines.Clear();
            _segments.Clear();
            _weights.Clear();
        }
    }
}
