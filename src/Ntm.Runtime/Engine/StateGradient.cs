namespace Ntm.Runtime.Engine;

/// <summary>The gradient of a state of all samples of a batch, in the engine's layout.</summary>
internal sealed class StateGradient(MachineShape shape) : IDisposable
{
    private readonly List<GroupGradient> _groups = [];
    private int _count;

    public GroupGradient this[int group] => _groups[group];

    /// <summary>Reserves space for the batch of a segment, and sets it to zero.</summary>
    public void Arrange(StepSegment segment)
    {
        _count = segment.Groups;
        while (_groups.Count < _count)
            _groups.Add(new GroupGradient(shape));
        for (var g = 0; g < _count; g++)
            _groups[g].Arrange(segment[g].Rows, clear: true);
    }

    /// <summary>Adds the gradient of a state of the same batch.</summary>
    public void Add(StateGradient other)
    {
        for (var g = 0; g < _count; g++)
            _groups[g].Add(other[g]);
    }

    public void Dispose() => _groups.ForEach(g => g.Dispose());
}
