namespace Ntm.Core.Engines.Cpu;

/// <summary>
/// How a sequence is cut into stretches. Where the history of all steps would be too large, only the state before each stretch
/// is kept, and the backward pass computes the stretch again. Depends on sizes alone, never on threads.
/// </summary>
/// <param name="Length">Steps of each stretch but the last.</param>
/// <param name="Count">Stretches.</param>
internal readonly record struct Stretches(int Length, int Count)
{
    /// <summary>Floats of a group's history (64 MiB).</summary>
    private const long GroupBudget = 1 << 24;

    /// <summary>Floats of all histories that wait for their backward passes (1 GiB).</summary>
    private const long WaitingBudget = 1 << 28;

    /// <summary>Floats of a history that nobody needs: what fits the cache (1 MiB).</summary>
    private const long ForwardBudget = 1 << 18;

    public static Stretches Plan(MachineShape shape, CallKind kind, int rows, int steps, int groups)
    {
        var perStep = rows * History.FloatsPerStep(shape);
        if (kind == CallKind.Forward)
            return Of((int)Math.Clamp(ForwardBudget / perStep, 1, steps), steps);
        var budget = kind == CallKind.Train ? GroupBudget : Math.Min(GroupBudget, WaitingBudget / groups);
        if (steps * perStep <= budget)
            return new Stretches(steps, 1);
        // Checkpoints and one stretch together are smallest where both are equally large.
        var carried = (double)rows * History.CarriedFloats(shape);
        return Of((int)Math.Clamp(Math.Ceiling(Math.Sqrt(steps * carried / perStep)), 1, steps), steps);
    }

    /// <summary>Steps of a stretch.</summary>
    public int StepsOf(int stretch, int steps) => Math.Min(Length, steps - stretch * Length);

    private static Stretches Of(int length, int steps) => new(length, (steps + length - 1) / length);
}
