using System.Globalization;
using Ntm.Core.Serialization;

namespace Ntm.Tasks;

/// <summary>
/// Sequences in a safetensors file, as Python's <c>safetensors</c> writes it: <c>inputs [T, S, I]</c>, numbers; <c>targets [T, S, O]</c>, numbers, or
/// <c>[T, S]</c>, classes of type I64; optionally <c>mask [T, S]</c>, the weights of the steps; optionally <c>lengths [S]</c> of type I64, the number of
/// steps of each sequence.
/// </summary>
/// <remarks>
/// The file stays open, and only the sequences in use are read, so it may be larger than memory. Numbers are of type F64, F32, F16 or BF16, in the mask
/// also U8 or BOOL. Without a mask, every step counts. What comes after a sequence's length is ignored, as is the target of a step of weight 0. Several
/// threads may read at the same time.
/// </remarks>
public sealed class SequenceFile : SequenceSource, IDisposable
{
    private readonly SafeTensorsSlices _file;
    private readonly SequenceFileTensors _tensors;
    private readonly int[]? _lengths;

    /// <summary>Opens a file, and checks its tensors' types and shapes, and the lengths.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="classes">The number of classes, if the targets are classes; <see langword="null"/> for the number in the file's metadata under
    /// <c>classes</c>.</param>
    /// <param name="prefix">The beginning of the tensors' names, such as <c>train.</c> for <c>train.inputs</c>: a file may have several parts.</param>
    /// <exception cref="SafeTensorsFormatException">The file is malformed.</exception>
    /// <exception cref="InvalidDataException">A tensor is missing, has another type or shape, or a length is not 1 to <c>T</c>. The message names the file, the
    /// tensor, what was found and what was expected.</exception>
    /// <exception cref="ArgumentException">The targets are classes and their number is unknown, or they are not and a number is given.</exception>
    /// <exception cref="IOException">The file is missing, is not a regular file, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not read the file.</exception>
    public SequenceFile(string path, int? classes = null, string prefix = "")
        : this(SequenceFileTensors.Open(path, classes, prefix))
    {
    }

    private SequenceFile(SequenceFileTensors tensors)
        : base(tensors.InputSize, tensors.OutputSize, tensors.HasClasses)
    {
        (_tensors, _file) = (tensors, tensors.File);
        try
        {
            _lengths = tensors.ReadLengths();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The path of the file.</summary>
    public string Path => _file.Path;

    /// <inheritdoc />
    public override int Count => _tensors.Count;

    /// <inheritdoc />
    public override int StepsOf(int index)
    {
        ThrowIfOutside(index);
        return _lengths?[index] ?? _tensors.Steps;
    }

    /// <inheritdoc />
    /// <exception cref="InvalidDataException">The sequence has a weight that is negative or not finite, or a class out of range. The message names the file,
    /// tensor, sequence, step and value.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public override void Read(int index, SequenceBuffer sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        var steps = StepsOf(index);
        sequence.Begin(steps);
        for (var t = 0; t < steps; t++)
        {
            _tensors.Inputs.Read(_file, t, index, sequence.Input(t));
            var weight = Weight(t, index);
            if (weight == 0)
                continue;
            if (HasClasses)
                sequence.CountedClass(t, Class(t, index), weight);
            else
                _tensors.Targets.Read(_file, t, index, sequence.CountedTarget(t, weight));
        }
    }

    /// <inheritdoc />
    public override string NameOf(int index) => $"sequence {index} of {Path}";

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private float Weight(int step, int index)
    {
        if (_tensors.Mask is not { } mask)
            return 1;
        var weight = 0f;
        mask.Read(_file, step, index, new Span<float>(ref weight));
        return weight >= 0 && float.IsFinite(weight) ? weight : throw Bad(mask, step, index, weight.ToString(CultureInfo.InvariantCulture), "0 or more, and finite");
    }

    private long Class(int step, int index)
    {
        var number = _tensors.Targets.ReadInteger(_file, step, index);
        return number >= 0 && number < OutputSize
            ? number
            : throw Bad(_tensors.Targets, step, index, number.ToString(CultureInfo.InvariantCulture), $"a class of 0 to {OutputSize - 1}");
    }

    private InvalidDataException Bad(NumberTensor tensor, int step, int index, string found, string expected) =>
        new($"{Path}: tensor {tensor.Info.Name}, sequence {index}, step {step}: found {found}; expected {expected}.");

    private void ThrowIfOutside(int index)
    {
        if ((uint)index >= (uint)Count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"{Path} has {Count} sequences; expected 0 to {Count - 1}.");
    }
}
