namespace Ntm.Tasks;

/// <summary>The sizes that all sequences of a data set have.</summary>
/// <param name="InputSize"><c>I</c></param>
/// <param name="OutputSize"><c>O</c>, or the number of classes.</param>
/// <param name="HasClasses">Whether they have classes.</param>
internal readonly record struct SequenceShape(int InputSize, int OutputSize, bool HasClasses)
{
    /// <summary>Returns the shape of sequences like the first one.</summary>
    /// <exception cref="ArgumentException">The first sequence has classes and their number is not given, or it has none and it is.</exception>
    public static SequenceShape Of(Sequence first, int? classes)
    {
        if (first.HasClass && classes is null)
            throw new ArgumentException("classes is null, and the sequences have classes; expected their number.", nameof(classes));
        if (!first.HasClass && classes is not null)
            throw new ArgumentException($"classes is {classes}, and the sequences have target vectors; expected null.", nameof(classes));
        if (classes < 1)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, $"classes is {classes}; expected at least 1.");
        return new SequenceShape(first.InputSize, classes ?? first.TargetSize, first.HasClass);
    }

    /// <summary>Describes what is wrong with a sequence: the end of a sentence whose subject is the sequence; null if nothing is.</summary>
    public string? Fault(Sequence? sequence)
    {
        if (sequence is null)
            return "is null; expected a sequence.";
        if (sequence.InputSize != InputSize)
            return $"has {sequence.InputSize} input channels; expected {InputSize}, like the first sequence.";
        if (sequence.HasClass != HasClasses)
            return HasClasses ? "has target vectors; expected classes, like the first sequence." : "has classes; expected target vectors, like the first sequence.";
        if (!HasClasses && sequence.TargetSize != OutputSize)
            return $"has {sequence.TargetSize} target channels; expected {OutputSize}, like the first sequence.";
        return HasClasses && sequence.LargestClass is var (largest, step) && largest >= OutputSize
            ? $"has the class {largest} in step {step}; expected 0 to {OutputSize - 1}."
            : null;
    }
}
