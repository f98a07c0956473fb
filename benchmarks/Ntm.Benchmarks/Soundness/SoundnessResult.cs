namespace Ntm.Benchmarks.Soundness;

/// <param name="Run">The training.</param>
/// <param name="Seen">The number of sequences that it has seen.</param>
/// <param name="Fault">The first value that was not finite; <see langword="null"/> if all were.</param>
/// <param name="CostBits">The learning curve's last cost per sequence, in bits.</param>
/// <param name="Seconds">The duration.</param>
internal sealed record SoundnessResult(SoundnessRun Run, long Seen, string? Fault, double CostBits, double Seconds);
