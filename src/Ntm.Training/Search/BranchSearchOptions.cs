using System.ComponentModel.DataAnnotations;

namespace Ntm.Training;

/// <summary>How a <see cref="BranchSearch"/> proceeds.</summary>
public sealed class BranchSearchOptions
{
    /// <summary>Generations; 0 for none.</summary>
    /// <value>The default value is 10.</value>
    [Range(0, 1_000_000)]
    public int Generations { get; set; } = 10;

    /// <summary>Branches of each generation.</summary>
    /// <value>The default value is 6.</value>
    [Range(1, 1_000)]
    public int Branches { get; set; } = 6;

    /// <summary>Sequences that each branch trains on.</summary>
    /// <value>The default value is 1,500.</value>
    [Range(1, 1_000_000_000)]
    public long BranchSequences { get; set; } = 1_500;

    /// <summary>
    /// The learning rate that a branch begins with, as a share of <see cref="OptimizerOptions.LearningRate"/>. Every third branch begins with half
    /// of it, and every third with twice as much: which is best changes over a search. Each ends with a tenth of its own.
    /// </summary>
    /// <value>The default value is 0.5.</value>
    [Range(0.0, 1e3, MinimumIsExclusive = true)]
    public double BranchRate { get; set; } = 0.5;

    /// <summary>Held-out sequences of each condition that choose among the branches of a generation.</summary>
    /// <value>The default value is 100.</value>
    [Range(1, 1_000_000)]
    public int ChoosingSequences { get; set; } = 100;

    /// <summary>Held-out sequences of each condition that choose among generations.</summary>
    /// <value>The default value is 1,000.</value>
    [Range(1, 1_000_000)]
    public int MeasuringSequences { get; set; } = 1_000;

    /// <summary>The seed of the held-out sequences that choose among generations. Those of generation <c>i</c> have this plus <c>1 + i</c>. Report results
    /// on other seeds.</summary>
    /// <value>The default value is 2.</value>
    [Range(0, 1_000_000_000)]
    public int MeasuringSeed { get; set; } = 2;

    /// <summary>Generations in a row without a better one, after which the next starts from the best again.</summary>
    /// <value>The default value is 5.</value>
    [Range(1, 1_000_000)]
    public int ReturnAfter { get; set; } = 5;

    /// <summary>Whether to stop as soon as the best of all generations reaches every goal.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool StopWhenSolved { get; set; } = true;

    /// <summary>Sequences that the best of all generations trains on in the end, with larger batches (settling); 0 for none.</summary>
    /// <value>The default value is 0.</value>
    [Range(0, 1_000_000_000_000)]
    public long SettleSequences { get; set; }

    /// <summary>Sequences per update while settling.</summary>
    /// <value>The default value is 16.</value>
    [Range(1, 65536)]
    public int SettleBatch { get; set; } = 16;

    /// <summary>The learning rate that settling begins with, as a share of <see cref="OptimizerOptions.LearningRate"/>. It ends with 0.</summary>
    /// <value>The default value is 0.2.</value>
    [Range(0.0, 1e3, MinimumIsExclusive = true)]
    public double SettleRate { get; set; } = 0.2;

    /// <summary>An independent copy.</summary>
    public BranchSearchOptions Clone() => (BranchSearchOptions)MemberwiseClone();
}
