using System.Globalization;
using Ntm.Core;

namespace Ntm.Tasks;

/// <summary>
/// A task whose sequences are those of a data set. Training takes them epoch by epoch, each in an order of its own. Evaluations take the validation or test
/// part in its own order, and no sequence of it twice.
/// </summary>
/// <remarks>
/// Sequence <c>i</c> of a stream is a function of the data, the options, the stream's seed and <c>i</c>, so a training that resumes is bit-identical to one
/// that was not interrupted. The data must not change while the task is in use.
/// </remarks>
public sealed class DataTask : SequenceTask
{
    private const double DefaultValidationShare = 0.1;

    private readonly DataTaskOptions _options;
    private readonly SequenceData _training;
    private readonly SequenceSource? _validation;
    private readonly SequenceSource? _test;
    private readonly EpochOrder _order;
    private readonly Lazy<string> _fingerprint;

    /// <summary>Creates a task.</summary>
    /// <param name="name">The name, lower case with hyphens; checkpoints have it.</param>
    /// <param name="training">The training part.</param>
    /// <param name="options">The options; copied. <see langword="null"/> for the defaults.</param>
    /// <param name="validation">The validation part; <see langword="null"/> to hold out <see cref="DataTaskOptions.ValidationShare"/> of the training
    /// part.</param>
    /// <param name="test">The test part; <see langword="null"/> to hold out <see cref="DataTaskOptions.TestShare"/> of the training part.</param>
    /// <exception cref="ArgumentException">The name is empty, a part has other widths than the training part, an option is out of range or contradicts the
    /// parts, or no sequence is left to train on. The message names the value and what was expected.</exception>
    public DataTask(
        string name, SequenceData training, DataTaskOptions? options = null, SequenceSource? validation = null, SequenceSource? test = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(training);
        _options = options?.Clone() ?? new DataTaskOptions();
        TaskOptions.ThrowIfInvalid(_options, DataTaskRules.Violations(_options, training, validation, test));
        DataTaskRules.ThrowIfDifferent(training, validation, nameof(validation));
        DataTaskRules.ThrowIfDifferent(training, test, nameof(test));
        Name = name;
        (InputSize, OutputSize) = (training.InputSize, training.OutputSize);
        Loss = _options.Loss ?? (training.HasClasses ? LossKind.SoftmaxCrossEntropy : LossKind.BinaryCrossEntropy);
        (_training, _validation, _test) = (training, validation, test);
        if (training is SequenceSource source)
        {
            var share = _options.ValidationShare ?? (validation is null && source.Count > 1 ? DefaultValidationShare : 0);
            var split = DataSplit.Of(source, share, _options);
            (_training, _validation, _test) = (split.Training, validation ?? split.Validation, test ?? split.Test);
        }

        _order = new EpochOrder(_options.Shuffle, _options.SimilarLengths);
        _fingerprint = new Lazy<string>(() => string.Create(
            CultureInfo.InvariantCulture,
            $"{training.Fingerprint} {validation?.Fingerprint} {_options.Shuffle} {_options.SimilarLengths} {CountOf(DataPart.Training)} {CountOf(DataPart.Validation)} {_options.SplitSeed}"));
    }

    /// <inheritdoc />
    public override string Name { get; }

    /// <inheritdoc />
    public override int InputSize { get; }

    /// <inheritdoc />
    public override int OutputSize { get; }

    /// <inheritdoc />
    public override LossKind Loss { get; }

    /// <inheritdoc />
    public override LossFunction? LossFunction => _options.LossFunction ?? base.LossFunction;

    /// <inheritdoc />
    public override TaskGoal Goal => _options.Goal ?? base.Goal;

    /// <inheritdoc />
    public override IReadOnlyList<ChannelGroup> ChannelGroups => _options.ChannelGroups.Count > 0 ? _options.ChannelGroups : base.ChannelGroups;

    /// <inheritdoc />
    /// <value>A text of the data's own fingerprints and the options that change the order.</value>
    public override string Fingerprint => _fingerprint.Value;

    /// <inheritdoc />
    /// <returns>The number; 0 if there is no such part; <see langword="null"/> for <see cref="StreamedSequences"/>.</returns>
    public override long? CountOf(DataPart part) => SourceOf(part) is { } source ? source.Count : part == DataPart.Training ? null : 0;

    /// <summary>Returns the sequences of a part, in the data's own order.</summary>
    /// <param name="part">The part.</param>
    /// <returns>The sequences; <see langword="null"/> if there is no such part, or for <see cref="StreamedSequences"/>.</returns>
    public SequenceSource? SourceOf(DataPart part) => part switch
    {
        DataPart.Training => _training as SequenceSource,
        DataPart.Validation => _validation,
        DataPart.Test => _test,
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, $"The part is {(int)part}; expected a value of {nameof(DataPart)}."),
    };

    /// <summary>Reads every sequence once and checks it, as training and evaluation do. Without it, a bad sequence is refused when it is first used.</summary>
    /// <exception cref="InvalidOperationException">A sequence cannot be learned or evaluated; the message names the task, sequence, step, channel and
    /// value.</exception>
    /// <exception cref="InvalidDataException">A file has a bad sequence; the message names the file, tensor, sequence, step and value.</exception>
    /// <exception cref="NotSupportedException">The training part is a stream, which may be without end.</exception>
    public void CheckAll()
    {
        if (CountOf(DataPart.Training) is null)
            throw new NotSupportedException($"The training part of {Name} is a stream, which may be without end; expected a {nameof(SequenceSource)}.");
        var buffer = new SequenceBuffer(InputSize, OutputSize);
        var losses = GroupLosses.Of(this);
        foreach (var part in Enum.GetValues<DataPart>())
        {
            for (var i = 0; i < CountOf(part); i++)
                Draw(SequenceStreams.Of(0, part), i, buffer, losses);
        }
    }

    internal override string Place(ulong seed, long index)
    {
        using var reader = NewReader(seed);
        return $"{reader.NameOf(index)} ({PartName(SequenceStreams.PartOf(seed))} part)";
    }

    internal SequenceReader NewReader(ulong stream) => SequenceStreams.PartOf(stream) switch
    {
        DataPart.Training => _training.NewReader(stream, _order),
        DataPart.Validation => Required(_validation, DataPart.Validation).NewReader(stream, EpochOrder.None),
        var part => Required(_test, part).NewReader(stream, EpochOrder.None),
    };

    private protected override void DrawUnchecked(ulong seed, long index, SequenceBuffer sequence) => sequence.Reader(seed, this).Read(index, sequence);

    /// <inheritdoc />
    /// <exception cref="NotSupportedException">Always: the sequences are read, not drawn.</exception>
    protected override void Draw(ref TaskRandom random, SequenceBuffer sequence) =>
        throw new NotSupportedException($"The sequences of {Name} are read from its data; they are not drawn.");

    private SequenceSource Required(SequenceSource? source, DataPart part) => source ?? throw new InvalidOperationException(
        $"The task {Name} has no {PartName(part)} part; expected one, or a {nameof(DataTaskOptions)}.{part}Share above 0.");

    private static string PartName(DataPart part) => part switch
    {
        DataPart.Training => "training",
        DataPart.Validation => "validation",
        _ => "test",
    };
}
