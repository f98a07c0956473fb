namespace Ntm.Training;

/// <summary>Observes a <see cref="BranchSearch"/>. All methods are called on the thread of the search and do nothing by default.</summary>
public interface IBranchSearchObserver
{
    /// <summary>The search begins or resumes.</summary>
    /// <param name="progress">How far it is.</param>
    void OnStart(BranchSearchProgress progress)
    {
    }

    /// <summary>A generation has ended and is saved.</summary>
    /// <param name="progress">How far the search is; the last of its generations is the one that has ended.</param>
    void OnGeneration(BranchSearchProgress progress)
    {
    }

    /// <summary>The best of all generations begins to settle.</summary>
    /// <param name="progress">How far the search is.</param>
    void OnSettling(BranchSearchProgress progress)
    {
    }

    /// <summary>Settling has reached a point of its learning curve.</summary>
    /// <param name="progress">The point.</param>
    void OnSettlingProgress(TrainingProgress progress)
    {
    }

    /// <summary>Settling has ended and is saved.</summary>
    /// <param name="progress">How far the search is.</param>
    void OnSettled(BranchSearchProgress progress)
    {
    }
}
