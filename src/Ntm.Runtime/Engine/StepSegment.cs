namespace Ntm.Runtime.Engine;

/// <summary>
/// Space for the histories of some steps that are computed one at a time, for all groups of a batch. Step <c>s</c> reads the state in slot <c>s</c> and
/// writes the next one, so a step that follows another one finds its state there.
/// </summary>
internal sealed class StepSegment(MachineShape shape) : IDisposable
{
    /// <summary>The number of floats of a segment (16 MiB), unless a single step needs more. The weight gradients are one product for each segment and group,
    /// which is faster the more steps it has.</summary>
    private const long Budget = 1 << 22;

    private const int MostSteps = 64;

    private readonly List<History> _histories = [];

    /// <summary><c>B</c></summary>
    public int Batch { get; private set; }

    /// <summary>The number of samples of a group.</summary>
    public int GroupRows { get; private set; }

    public int Groups => (Batch + GroupRows - 1) / GroupRows;

    /// <summary>The number of steps that fit.</summary>
    public int Capacity { get; private set; }

    /// <summary>The backward pass that each step was last part of, by a number that no other pass has.</summary>
    public int[] Passes { get; } = new int[MostSteps];

    /// <summary>Whether each step had dropout, whose factors are in its history.</summary>
    public bool[] Drops { get; } = new bool[MostSteps];

    /// <summary>The first step that is not in use.</summary>
    public int Next { get; set; }

    public History this[int group] => _histories[group];

    /// <summary>Reserves space for a batch.</summary>
    /// <param name="batch"><c>B</c></param>
    /// <param name="most">The most steps that are needed.</param>
    public void Arrange(int batch, int most)
    {
        (Batch, GroupRows, Next) = (batch, SampleGroups.Rows(shape), 0);
        Capacity = Math.Min(most, (int)Math.Clamp(Budget / (batch * History.FloatsPerStep(shape)), 1, MostSteps));
        while (_histories.Count < Groups)
            _histories.Add(new History(shape));
        for (var g = 0; g < Groups; g++)
            _histories[g].Arrange(Math.Min(GroupRows, batch - g * GroupRows) == 1 ? 1 : GroupRows, Capacity);
    }

    /// <summary>Returns the number of samples of a group.</summary>
    public int Samples(int group) => Math.Min(GroupRows, Batch - group * GroupRows);

    /// <summary>Copies a state to a slot of another segment, or of this one, for the same batch.</summary>
    public void CopyState(int slot, StepSegment target, int targetSlot)
    {
        for (var g = 0; g < Groups; g++)
            _histories[g].CopyCarried(slot, target[g], targetSlot);
    }

    /// <summary>Tells whether all values of the state in a slot are finite.</summary>
    public unsafe bool IsFinite(int slot)
    {
        for (var b = 0; b < Batch; b++)
            if (!this[b / GroupRows].IsFinite(slot, b % GroupRows))
                return false;
        return true;
    }

    /// <summary>Copies the inputs of a step, <c>[B, I]</c>.</summary>
    public unsafe void CopyInputs(int slot, float* target)
    {
        for (var b = 0; b < Batch; b++)
            Floats.Copy(this[b / GroupRows].Layer(0, slot, b % GroupRows) + shape.InputColumn, target + (nint)b * shape.Inputs, shape.Inputs);
    }

    public void Dispose() => _histories.ForEach(h => h.Dispose());
}
