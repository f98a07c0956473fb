namespace Ntm.Runtime.Engine;

/// <summary>
/// How a sequence is cut into chunks. Where the history of all steps would be too large, only the state before each chunk
/// is kept, and the backward pass computes the chunk again. Depends on sizes alone, never on threads.
/// </summary>
/// <param name="Length">Steps of each chunk but the last.</param>
/// <param name="Count">Chunks.</param>
internal readonly record struct Chunks(int Length, int Count)
{
    /// <summary>Floats of a group's history (64 MiB).</summary>
    private const long GroupBudget = 1 << 24;

    /// <summary>Floats of all histories that wait for their backward passes (1 GiB).</summary>
    private const long WaitingBudget = 1 << 28;

    /// <summary>Floats of a history that nobody needs: what fits the cache (1 MiB).</summary>
    private const long ForwardBudget = 1 << 18;

    public static Chunks Plan(MachineShape shape, CallKind kind, int rows, int steps, int groups)
    {
        var perStep = rows * History.FloatsPerStep(shape);
        if (kind == CallKind.Forward)
            return Of((int)Math.Clamp(ForwardBudget / perStep, 1, steps), steps);
        var budget = kind == CallKind.Train ? GroupBudget : Math.Min(GroupBudget, WaitingBudget / groups);
        if (steps * perStep <= budget)
            return new Chunks(steps, 1);
        // Checkpoints and one chunk together are smallest where both are equally large.
        var carried = (double)rows * History.CarriedFloats(shape);
        return Of((int)Math.Clamp(Math.Ceiling(Math.Sqrt(steps * carried / perStep)), 1, steps), steps);
    }

    /// <summary>Steps of a chunk.</summary>
    public int StepsOf(int chunk, int steps) => Math.Min(Length, steps - chunk * Length);

    private static Chunks Of(int length, int steps) => new(length, (steps + length - 1) / length);
}
