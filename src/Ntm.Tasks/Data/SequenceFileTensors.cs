using System.Buffers.Binary;
using System.Globalization;
using Ntm.Core.Serialization;

namespace Ntm.Tasks;

/// <summary>The tensors of a <see cref="SequenceFile"/>, with types and shapes that fit each other.</summary>
/// <param name="File">The open file.</param>
/// <param name="Inputs"><c>[T, S, I]</c></param>
/// <param name="Targets"><c>[T, S, O]</c>, or <c>[T, S]</c> for classes.</param>
/// <param name="Mask"><c>[T, S]</c></param>
/// <param name="Lengths"><c>[S]</c></param>
/// <param name="OutputSize"><c>O</c>, or the number of classes.</param>
internal sealed record SequenceFileTensors(
    SafeTensorsSlices File, NumberTensor Inputs, NumberTensor Targets, NumberTensor? Mask, SafeTensorInfo? Lengths, int OutputSize)
{
    private const string ClassesKey = "classes";

    private static readonly SafeTensorsDType[] Floats = [SafeTensorsDType.F64, SafeTensorsDType.F32, SafeTensorsDType.F16, SafeTensorsDType.BF16];

    public int Steps => (int)Inputs.Info.Shape[0];

    public int Count => (int)Inputs.Info.Shape[1];

    public int InputSize => (int)Inputs.Info.Shape[2];

    public bool HasClasses => Targets.Info.Shape.Length == 2;

    /// <exception cref="InvalidDataException">A tensor is missing, or has another type or shape.</exception>
    public static SequenceFileTensors Open(string path, int? classes, string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (classes < 1)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, $"classes is {classes}; expected at least 1.");
        var file = SafeTensorsSlices.Open(path);
        try
        {
            return Find(file, classes, prefix);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the lengths of all sequences; null if all have <c>T</c> steps.</summary>
    /// <exception cref="InvalidDataException">A length is not 1 to <c>T</c>.</exception>
    public int[]? ReadLengths()
    {
        if (Lengths is null)
            return null;
        var bytes = new byte[Lengths.ByteCount];
        File.Read(Lengths, 0, bytes);
        var lengths = new int[Count];
        for (var s = 0; s < lengths.Length; s++)
        {
            var length = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(s * sizeof(long)));
            if (length < 1 || length > Steps)
                throw new InvalidDataException($"{File.Path}: tensor {Lengths.Name}, sequence {s}: found {length}; expected 1 to T = {Steps}.");
            lengths[s] = (int)length;
        }

        return lengths;
    }

    private static SequenceFileTensors Find(SafeTensorsSlices file, int? classes, string prefix)
    {
        var inputs = Required(file, prefix + "inputs");
        Expect(file, inputs, inputs.Shape.Length == 3 && inputs.Shape.All(size => size is >= 1 and <= int.MaxValue) && Floats.Contains(inputs.DType),
            "floats of shape [T, S, I], each at least 1");
        var (steps, count) = (inputs.Shape[0], inputs.Shape[1]);
        var targets = Required(file, prefix + "targets");
        var hasClasses = targets.DType == SafeTensorsDType.I64;
        Expect(file, targets,
            hasClasses
                ? targets.Shape.AsSpan().SequenceEqual([steps, count])
                : Floats.Contains(targets.DType) && targets.Shape is [var t, var s, >= 1 and <= int.MaxValue] && (t, s) == (steps, count),
            $"floats of shape [{steps}, {count}, O], or classes of type I64 and shape [{steps}, {count}], like {inputs}");
        var mask = Optional(file, prefix + "mask");
        if (mask is not null)
        {
            Expect(file, mask, mask.Shape.AsSpan().SequenceEqual([steps, count]) && (Floats.Contains(mask.DType) || mask.DType is SafeTensorsDType.U8 or SafeTensorsDType.Bool),
                $"floats, U8 or BOOL of shape [{steps}, {count}], like {inputs}");
        }

        var lengths = Optional(file, prefix + "lengths");
        if (lengths is not null)
            Expect(file, lengths, lengths.DType == SafeTensorsDType.I64 && lengths.Shape.AsSpan().SequenceEqual([count]), $"I64 of shape [{count}], like {inputs}");
        return new SequenceFileTensors(
            file, new NumberTensor(inputs), new NumberTensor(targets), mask is null ? null : new NumberTensor(mask), lengths,
            hasClasses ? ClassesOf(file, targets, classes) : WidthOf(file, targets, classes));
    }

    private static int WidthOf(SafeTensorsSlices file, SafeTensorInfo targets, int? classes) => classes is null
        ? (int)targets.Shape[2]
        : throw new ArgumentException($"classes is {classes}, and {file.Path} has {targets}, which are no classes; expected null.", nameof(classes));

    private static int ClassesOf(SafeTensorsSlices file, SafeTensorInfo targets, int? classes)
    {
        if (classes is { } given)
            return given;
        if (!file.Metadata.TryGetValue(ClassesKey, out var text))
            throw new ArgumentException($"classes is null, and {file.Path} has classes in {targets}, but not their number in its metadata under {ClassesKey}; expected their number.", nameof(classes));
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1
            ? number
            : throw new InvalidDataException($"{file.Path}: metadata {ClassesKey}: found {text}; expected the number of classes, at least 1.");
    }

    private static SafeTensorInfo Required(SafeTensorsSlices file, string name) => Optional(file, name) ?? throw new InvalidDataException(
        $"{file.Path}: tensor {name}: found nothing; expected one beside {(file.Tensors.Count == 0 ? "no others" : string.Join(", ", file.Tensors.Select(t => t.Name)))}.");

    private static SafeTensorInfo? Optional(SafeTensorsSlices file, string name) => file.TryGetTensor(name, out var tensor) ? tensor : null;

    private static void Expect(SafeTensorsSlices file, SafeTensorInfo tensor, bool isExpected, string expected)
    {
        if (!isExpected)
            throw new InvalidDataException($"{file.Path}: tensor {tensor.Name}: found {tensor}; expected {expected}.");
    }
}
