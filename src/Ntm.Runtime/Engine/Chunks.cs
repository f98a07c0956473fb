namespace Ntm.Runtime.Engine;

/// <summary>
/// The chunks of a sequence. If the history of all steps would be too large, only the state before each chunk
/// is kept, and the backward pass computes the chunk again. Depends on sizes alone, never on threads.
/// </summary>
/// <param name="Length">The number of steps of each chunk except the last.</param>
/// <param name="Count">The number of chunks.</param>
internal readonly record struct Chunks(int Length, int Count)
{
    /// <summary>The number of floats of a group's history (64 MiB).</summary>
    private const long GroupBudget = 1 << 24;

    /// <summary>The number of floats of all histories that wait for their backward passes (1 GiB).</summary>
    private const long WaitingBudget = 1 << 28;

    /// <summary>The number of floats of a history that is not kept: it fits the cache (1 MiB).</summary>
    private const long ForwardBudget = 1 << 18;

    public static Chunks Plan(MachineShape shape, CallKind kind, int rows, int steps, int groups)
    {
        var perStep = rows * History.FloatsPerStep(shape);
        if (kind == CallKind.Forward)
            return Of((int)Math.Clamp(ForwardBudget / perStep, 1, steps), steps);
        var budget = kind == CallKind.Train ? GroupBudget : Math.Min(GroupBudget, WaitingBudget / groups);
        if (steps * perStep <= budget)
            return new Chunks(steps, 1);
        // Checkpoints and one chunk together need the least memory when both are equally large.
        var carried = (double)rows * History.CarriedFloats(shape);
        return Of((int)Math.Clamp(Math.Ceiling(Math.Sqrt(steps * carried / perStep)), 1, steps), steps);
    }

    /// <summary>Returns the number of steps of a chunk.</summary>
    public int StepsOf(int chunk, int steps) => Math.Min(Length, steps - chunk * Length);

    private static Chunks Of(int length, int steps) => new(length, (steps + length - 1) / length);
}
