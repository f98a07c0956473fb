namespace Ntm.Tasks;

/// <summary>Some of the sequences of a source.</summary>
/// <param name="source">The source.</param>
/// <param name="indices">The indices of the sequences in the source.</param>
internal sealed class SequenceSubset(SequenceSource source, int[] indices) : SequenceSource(source.InputSize, source.OutputSize, source.HasClasses)
{
    public override int Count => indices.Length;

    public override string Fingerprint => source.Fingerprint;

    public override int StepsOf(int index) => source.StepsOf(indices[index]);

    public override void Read(int index, SequenceBuffer sequence) => source.Read(indices[index], sequence);

    public override string NameOf(int index) => source.NameOf(indices[index]);
}
