using static TorchSharp.torch;

namespace Ntm.Tasks;

/// <summary>Makes sequences of the batches of torch's data loaders.</summary>
/// <remarks>
/// Batches have the sequences first, as loaders stack them: inputs <c>[B, T, I]</c>; targets <c>[B, T, O]</c>, floating-point or boolean, or <c>[B, T]</c>,
/// classes of an integer type; optionally a mask <c>[B, T]</c>, the weights of the steps; optionally lengths <c>[B]</c>, integers. The values are copied, and
/// the loader's own tensors are left to it. The loader must not shuffle, because every epoch has to find the same sequences: <see
/// cref="DataTaskOptions.Shuffle"/> does.
/// </remarks>
public static class TorchSequences
{
    private const string Inputs = "inputs";
    private const string Targets = "targets";
    private const string Mask = "mask";
    private const string Lengths = "lengths";

    /// <summary>Returns the sequences of a loader of dictionaries, such as <see cref="TorchSharp.Modules.DataLoader"/>.</summary>
    /// <param name="loader">The loader, whose batches have tensors named <c>inputs</c>, <c>targets</c>, and optionally <c>mask</c> and <c>lengths</c>.</param>
    /// <returns>The sequences, which are read as they are enumerated. The enumeration throws an <see cref="ArgumentException"/> that names the tensor for
    /// one that is missing, or has another type or shape.</returns>
    public static IEnumerable<Sequence> From(IEnumerable<Dictionary<string, Tensor>> loader)
    {
        ArgumentNullException.ThrowIfNull(loader);
        return loader.SelectMany(batch => Split(Required(batch, Inputs), Required(batch, Targets), batch.GetValueOrDefault(Mask), batch.GetValueOrDefault(Lengths)));
    }

    /// <summary>Returns the sequences of a loader of lists, such as <see cref="TorchSharp.Modules.IterableDataLoader"/>.</summary>
    /// <param name="loader">The loader, whose batches are inputs, targets, and optionally mask and lengths, in this order.</param>
    /// <inheritdoc cref="From(IEnumerable{Dictionary{string, Tensor}})"/>
    public static IEnumerable<Sequence> From(IEnumerable<IList<Tensor>> loader)
    {
        ArgumentNullException.ThrowIfNull(loader);
        return loader.SelectMany(batch => batch.Count is >= 2 and <= 4
            ? Split(batch[0], batch[1], batch.ElementAtOrDefault(2), batch.ElementAtOrDefault(3))
            : throw new ArgumentException($"loader has a batch of {batch.Count} tensors; expected inputs, targets, and optionally mask and lengths.", nameof(loader)));
    }

    private static Tensor Required(Dictionary<string, Tensor> batch, string name) => batch.TryGetValue(name, out var tensor)
        ? tensor
        : throw new ArgumentException($"loader has a batch of {string.Join(", ", batch.Keys)}, without {name}; expected {Inputs} and {Targets}.", nameof(batch));

    private static List<Sequence> Split(Tensor inputs, Tensor targets, Tensor? mask, Tensor? lengths)
    {
        Expect(Inputs, inputs, inputs.dim() == 3 && IsNumber(inputs), "numbers of shape [B, T, I]");
        var (batch, steps, inputSize) = (inputs.size(0), (int)inputs.size(1), (int)inputs.size(2));
        var hasClasses = is_integral(targets.dtype) && targets.dtype != ScalarType.Bool;
        Expect(Targets, targets, Fits(targets, hasClasses ? 2 : 3, batch, steps) && (hasClasses || IsNumber(targets)),
            $"floating-point or boolean of shape [{batch}, {steps}, O], or integers of shape [{batch}, {steps}]");
        if (mask is not null)
            Expect(Mask, mask, Fits(mask, 2, batch, steps) && IsNumber(mask), $"numbers of shape [{batch}, {steps}]");
        if (lengths is not null)
            Expect(Lengths, lengths, lengths.dim() == 1 && lengths.size(0) == batch && is_integral(lengths.dtype), $"integers of shape [{batch}]");
        var (x, weights, counts) = (Floats(inputs), mask is null ? null : Floats(mask), lengths is null ? null : Integers(lengths));
        var y = hasClasses ? null : Floats(targets);
        var classes = hasClasses ? Integers(targets) : null;
        var sequences = new List<Sequence>((int)batch);
        for (var b = 0; b < batch; b++)
        {
            var count = counts?[b] ?? steps;
            if (count < 1 || count > steps)
                throw new ArgumentException($"{Lengths} is {count} in sequence {b} of a batch; expected 1 to T = {steps}.", nameof(lengths));
            var length = (int)count;
            var rows = x.AsSpan(b * steps * inputSize, length * inputSize);
            var own = weights is null ? default : weights.AsSpan(b * steps, length);
            sequences.Add(y is null
                ? Sequence.FromRowsWithClasses(length, rows, classes.AsSpan(b * steps, length), own)
                : Sequence.FromRows(length, rows, y.AsSpan(b * steps * (int)targets.size(2), length * (int)targets.size(2)), own));
        }

        return sequences;
    }

    private static bool Fits(Tensor tensor, int rank, long batch, long steps) => tensor.dim() == rank && tensor.size(0) == batch && tensor.size(1) == steps;

    private static bool IsNumber(Tensor tensor) => is_floating_point(tensor) || is_integral(tensor.dtype);

    private static void Expect(string name, Tensor tensor, bool isExpected, string expected)
    {
        if (!isExpected)
            throw new ArgumentException($"{name} is {tensor.dtype} of shape [{string.Join(", ", tensor.shape)}]; expected {expected}.", name);
    }

    private static float[] Floats(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.to(float32).cpu().contiguous().data<float>().ToArray();
    }

    private static long[] Integers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.to(int64).cpu().contiguous().data<long>().ToArray();
    }
}
