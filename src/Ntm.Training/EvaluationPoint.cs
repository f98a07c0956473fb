using Ntm.Core;

namespace Ntm.Training;

/// <summary>An evaluation in the course of a training.</summary>
/// <param name="Sequences">Sequences trained on before it.</param>
/// <param name="Score">Cost and errors on held-out sequences.</param>
public sealed record EvaluationPoint(long Sequences, SequenceScore Score);
