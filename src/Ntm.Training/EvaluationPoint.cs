using Ntm.Core;

namespace Ntm.Training;

/// <summary>An evaluation during a training.</summary>
/// <param name="Sequences">The number of sequences trained on before it.</param>
/// <param name="Score">The cost and errors on held-out sequences.</param>
public sealed record EvaluationPoint(long Sequences, SequenceScore Score);
