namespace Ntm.Tasks;

/// <summary>Sequences of a data set, all of the same widths: a <see cref="SequenceSource"/>, in which any of them can be read at any time, or <see
/// cref="StreamedSequences"/>, which are read from front to back.</summary>
public abstract class SequenceData
{
    /// <param name="inputSize">Width of an input vector, <c>I</c>; at least 1.</param>
    /// <param name="outputSize">Width of a target vector, <c>O</c>; at least 1.</param>
    /// <param name="hasClasses">Whether the sequences have classes.</param>
    private protected SequenceData(int inputSize, int outputSize, bool hasClasses)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputSize, 1);
        (InputSize, OutputSize, HasClasses) = (inputSize, outputSize, hasClasses);
    }

    /// <summary>Width of an input vector, <c>I</c>.</summary>
    public int InputSize { get; }

    /// <summary>Width of a target vector, <c>O</c>; the number of classes if the sequences have classes.</summary>
    public int OutputSize { get; }

    /// <summary>Whether the sequences have classes, which are written as targets of 1 for the class and 0 for all others.</summary>
    public bool HasClasses { get; }

    /// <summary>A text that is different for other data, as far as it can be told without reading more than memory holds.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Returns a reader of the sequences in the order of a stream.</summary>
    /// <param name="stream">The stream, see <see cref="SequenceStreams"/>.</param>
    /// <param name="order">The order in which the sequences are read in each epoch.</param>
    internal abstract SequenceReader NewReader(ulong stream, EpochOrder order);
}
