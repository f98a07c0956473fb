using System.Diagnostics.CodeAnalysis;

namespace Ntm.Tasks;

/// <summary>
/// Sequences of a data set of which any can be read at any time: <see cref="SequenceList"/> in memory, <see cref="SequenceFile"/> on disk. Derive from it
/// for another format.
/// </summary>
/// <remarks>Several threads may read at the same time.</remarks>
public abstract class SequenceSource : SequenceData
{
    /// <summary>The number of sequences from which the fingerprint is computed, spread evenly.</summary>
    private const int FingerprintSequences = 64;

    /// <summary>Creates a source.</summary>
    /// <param name="inputSize">Width of an input vector, <c>I</c>; at least 1.</param>
    /// <param name="outputSize">Width of a target vector, <c>O</c>; at least 1.</param>
    /// <param name="hasClasses">Whether the sequences have classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A width is below 1.</exception>
    [SuppressMessage("ApiDesign", "RS0022", Justification = "The base class has an internal member, which this class implements: users derive from this class only.")]
    protected SequenceSource(int inputSize, int outputSize, bool hasClasses = false)
        : base(inputSize, outputSize, hasClasses)
    {
    }

    /// <summary>The number of sequences; at least 1.</summary>
    public abstract int Count { get; }

    /// <inheritdoc />
    /// <value>By default: a hash of the widths, of <see cref="Count"/>, and of 64 sequences, spread evenly.</value>
    public override string Fingerprint => SequenceHash.Of(this, FingerprintSequences);

    /// <summary>Returns the number of steps of a sequence, <c>T</c>.</summary>
    /// <param name="index">0 to <c>Count - 1</c>.</param>
    public abstract int StepsOf(int index);

    /// <summary>Reads a sequence.</summary>
    /// <param name="index">0 to <c>Count - 1</c>.</param>
    /// <param name="sequence">Receives the sequence: call <see cref="SequenceBuffer.Begin"/> first, then write inputs and targets.</param>
    public abstract void Read(int index, SequenceBuffer sequence);

    /// <summary>Returns what a sequence is called in messages, such as <c>sequence 12 of train.safetensors</c>.</summary>
    /// <param name="index">0 to <c>Count - 1</c>.</param>
    public virtual string NameOf(int index) => $"sequence {index}";

    internal sealed override SequenceReader NewReader(ulong stream, EpochOrder order) => new SourceReader(this, stream, order);
}
