using Ntm.Core;
using Ntm.Core.Serialization;
using static TorchSharp.torch;

namespace Ntm.Training.Checkpoints;

/// <summary>All weights of a model: parameters, trained or not, and buffers, by name.</summary>
internal static class ModelWeights
{
    private const string Prefix = "model.";

    /// <summary>Refuses a model that a checkpoint would not store completely.</summary>
    /// <exception cref="ArgumentException">The model does not know its buffers.</exception>
    public static void ThrowIfUnknown(ISequenceModel model)
    {
        if (model.named_buffers() is null)
            throw Unknown(model);
    }

    /// <exception cref="NotSupportedException">The files do not support an element type, such as a complex one.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed, so its remaining tensors are not a complete model.</exception>
    public static IReadOnlyList<SafeTensor> Read(ISequenceModel model)
    {
        List<(string Name, Tensor Value)> tensors = [.. Tensors(model)];
        if (tensors.Count == 0 || tensors.Exists(t => t.Value.IsInvalid) || HeldTensors.IsDisposed(model))
            throw new ObjectDisposedException(model.GetType().Name, "The model or a part of it has been disposed; expected one whose weights can be saved.");
        return [.. tensors.Select(t => Read(t.Name, t.Value))];
    }

    /// <summary>Sets all weights. Checks all of them before it changes the first.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, unknown, or has another type or shape.</exception>
    public static void Write(ISequenceModel model, SafeTensorsFile file, string path)
    {
        using var noGrad = no_grad();
        foreach (var (value, saved) in Pairs(model, file, path))
        {
            using var values = ToTensor(saved, value.dtype);
            value.copy_(values);
        }
    }

    /// <summary>The weights in a file, on the CPU, in the order of the model's. The model is not changed.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, unknown, or of another type or shape.</exception>
    public static IReadOnlyList<Tensor> Load(ISequenceModel model, SafeTensorsFile file, string path) =>
        [.. Pairs(model, file, path).Select(pair => ToTensor(pair.Saved, pair.Value.dtype).DetachFromDisposeScope())];

    private static List<(Tensor Value, SafeTensor Saved)> Pairs(ISequenceModel model, SafeTensorsFile file, string path)
    {
        var weights = Tensors(model).ToList();
        var pairs = weights.Select(w => (w.Value, Find(file, path, w.Name, w.Value))).ToList();
        return file.Tensors.FirstOrDefault(t => t.Name.StartsWith(Prefix, StringComparison.Ordinal) && !weights.Exists(w => Prefix + w.Name == t.Name)) is { } foreign
            ? throw new CheckpointException(path, $"tensor {foreign.Name}", "a tensor that the model does not have", string.Join(", ", weights.Select(w => Prefix + w.Name)))
            : pairs;
    }

    private static Tensor ToTensor(SafeTensor saved, ScalarType type)
    {
        var values = empty(saved.Shape.AsSpan(), type, CPU);
        saved.Data.Span.CopyTo(values.bytes);
        return values;
    }

    private static SafeTensor Find(SafeTensorsFile file, string path, string name, Tensor value)
    {
        var expected = $"{TypeOf(name, value)} [{string.Join(", ", value.shape)}], like in the model";
        if (!file.TryGetTensor(Prefix + name, out var saved))
            throw new CheckpointException(path, $"tensor {Prefix}{name}", "nothing", expected);
        if (saved.DType != TypeOf(name, value) || !saved.Shape.AsSpan().SequenceEqual(value.shape))
            throw new CheckpointException(path, $"tensor {Prefix}{name}", $"{saved.DType} [{string.Join(", ", saved.Shape)}]", expected);
        return saved;
    }

    private static IEnumerable<(string Name, Tensor Value)> Tensors(ISequenceModel model)
    {
        foreach (var (name, parameter) in model.named_parameters())
            yield return (name, parameter);
        foreach (var (name, buffer) in model.named_buffers() ?? throw Unknown(model))
            yield return (name, buffer);
    }

    private static SafeTensor Read(string name, Tensor value)
    {
        using var scope = NewDisposeScope();
        var copy = value.detach().cpu().contiguous();
        return new SafeTensor(Prefix + name, TypeOf(name, value), copy.shape, copy.bytes.ToArray());
    }

    private static ArgumentException Unknown(ISequenceModel model) => new(
        $"The model {model.GetType().Name} does not list its buffers, so a resumed training would begin without them; expected a model that implements {nameof(ISequenceModel)}.{nameof(ISequenceModel.named_buffers)}, empty if there are none, or is a torch module.",
        nameof(model));

    private static SafeTensorsDType TypeOf(string name, Tensor value) => value.dtype switch
    {
        ScalarType.Float32 => SafeTensorsDType.F32,
        ScalarType.Float64 => SafeTensorsDType.F64,
        ScalarType.Float16 => SafeTensorsDType.F16,
        ScalarType.BFloat16 => SafeTensorsDType.BF16,
        ScalarType.Int64 => SafeTensorsDType.I64,
        ScalarType.Int32 => SafeTensorsDType.I32,
        ScalarType.Int16 => SafeTensorsDType.I16,
        ScalarType.Int8 => SafeTensorsDType.I8,
        ScalarType.Byte => SafeTensorsDType.U8,
        ScalarType.Bool => SafeTensorsDType.Bool,
        var other => throw new NotSupportedException($"{name} is {other}; expected a real, whole or Boolean element type, which checkpoints can hold."),
    };
}
