using Ntm.Paper.Models;
using Ntm.Paper.Runs;

namespace Ntm.Paper.Reproduction;

/// <summary>A model that a report may show: one trained for it, or one that comes with the program.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="IsShipped">Whether it comes with the program.</param>
/// <param name="Card">How it was made and what it was measured at.</param>
internal sealed record Candidate(RunFolder Folder, bool IsShipped, ModelCard Card);
