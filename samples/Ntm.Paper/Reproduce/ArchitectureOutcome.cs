using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Reproduce;

/// <summary>The outcome of one architecture on one task.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Trained">The models trained for the report, by seed.</param>
/// <param name="Further">The models trained for it besides.</param>
/// <param name="Shipped">The model that comes with the program, if there is one.</param>
/// <param name="Failures">Trainings that gave no model, in words.</param>
internal sealed record ArchitectureOutcome(Architecture Architecture, IReadOnlyList<Candidate> Trained, IReadOnlyList<Candidate> Further, Candidate? Shipped, IReadOnlyList<string> Failures)
{
    /// <summary>The model that the report shows, or <see langword="null"/> if there is none at all.</summary>
    public Candidate? Best(TaskEntry task) => ((Candidate?[])[.. Trained, .. Further, Shipped]).OfType<Candidate>().MinBy(c => c.Card, new ModelRanking(task));
}

/// <summary>A model that a report may show: one trained for it, or one that comes with the program.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="IsShipped">Whether it comes with the program.</param>
/// <param name="Card">How it was made and what it was measured at.</param>
internal sealed record Candidate(RunFolder Folder, bool IsShipped, ModelCard Card);
