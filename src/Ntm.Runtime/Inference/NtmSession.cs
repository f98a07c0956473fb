using Ntm.Core.Serialization;

namespace Ntm.Runtime;

/// <summary>The state of some streams of a <see cref="NtmModel"/>, with a view of what its heads do.</summary>
/// <inheritdoc cref="SequenceSession"/>
public sealed unsafe class NtmSession : SequenceSession
{
    /// <summary>The number of steps after which the state is copied to the first slot again.</summary>
    private const int Slots = 2;

    private readonly EngineBuffers _weights;
    private readonly MachineShape _shape;
    private readonly StepEngine _engine;
    private readonly StepSegment _segment;
    private int _slot;

    internal NtmSession(NtmModel model, int batch)
        : base(model, batch)
    {
        try
        {
            _weights = model.Weights.Prepared();
            _shape = model.Weights.Engine.Shape;
            _engine = model.Weights.Engine.CreateStepEngine();
            _segment = new StepSegment(_shape);
            _segment.Arrange(batch, Slots);
            Begin();
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Copies the memory as the last step has left it.</summary>
    /// <param name="target">Receives <c>[B, N, M]</c>.</param>
    /// <exception cref="ArgumentException">The span does not have the expected length.</exception>
    /// <exception cref="InvalidOperationException">Another call is in flight on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public void CopyMemory(Span<float> target) => Copy("memory", target, "B * N * M");

    /// <summary>Copies the read vectors of the last step.</summary>
    /// <param name="target">Receives <c>[B, R, M]</c>.</param>
    /// <inheritdoc cref="CopyMemory"/>
    public void CopyReads(Span<float> target) => Copy("reads", target, "B * R * M");

    /// <summary>Copies the weightings of the read heads in the last step.</summary>
    /// <param name="target">Receives <c>[B, R, N]</c>.</param>
    /// <inheritdoc cref="CopyMemory"/>
    public void CopyReadWeightings(Span<float> target) => Copy("read_weightings", target, "B * R * N");

    /// <summary>Copies the weightings of the write heads in the last step.</summary>
    /// <param name="target">Receives <c>[B, K, N]</c>.</param>
    /// <inheritdoc cref="CopyMemory"/>
    public void CopyWriteWeightings(Span<float> target) => Copy("write_weightings", target, "B * K * N");

    /// <summary>Creates a session from a state's file.</summary>
    internal static NtmSession Load(NtmModel model, SafeTensorsFile file, string sourceName)
    {
        var tensors = StateFormat.Tensors(file, sourceName);
        var layout = model.Weights.Engine.Shape.State.Tensors;
        if (tensors.Length != layout.Length)
        {
            throw new SafeTensorsFormatException(
                sourceName, "tensors", $"{tensors.Length} of them", $"{layout.Length}, as the model's state has: {string.Join(", ", StateFormat.Names(layout.Length - 4))}");
        }

        var batch = tensors[^1].Shape[0];
        for (var i = 0; i < tensors.Length; i++)
            CheckTensor(tensors[i], [batch, .. layout[i].Shape.Select(size => (long)size)], sourceName);
        var session = new NtmSession(model, checked((int)batch));
        session.Set(tensors);
        return session;
    }

    private protected override bool Advance(float* input, float* output)
    {
        if (_slot == _segment.Capacity)
        {
            _segment.CopyState(_slot, _segment, 0);
            _slot = 0;
        }

        _engine.Forward(_weights.Weights, _segment, _slot, null, input, default, output, null, threads: 1);
        _slot++;
        return _segment.IsFinite(_slot);
    }

    private protected override void Begin()
    {
        _slot = 0;
        for (var g = 0; g < _segment.Groups; g++)
            for (var r = 0; r < _segment[g].Rows; r++)
                _weights.Initial.CopyRow(0, 0, _segment[g], 0, r);
    }

    private protected override SafeTensorsFile Snapshot()
    {
        var layout = _shape.State.Tensors;
        var names = StateFormat.Names(_shape.State.Controller.Length);
        StateTensorData[] data = [.. layout.Select((tensor, i) => new StateTensorData(names[i], [Batch, .. tensor.Shape.Select(size => (long)size)]))];
        var target = new StateBuffers(_shape);
        for (var i = 0; i < data.Length; i++)
            target.Tensors[i] = data[i].Start;
        _engine.CopyState(_segment, _slot, target);
        return StateFormat.File(data.Select(tensor => tensor.ToTensor()));
    }

    private protected override void Free()
    {
        _engine.Dispose();
        _segment.Dispose();
    }

    private static void CheckTensor(SafeTensor tensor, long[] expected, string sourceName)
    {
        if (!tensor.Shape.AsSpan().SequenceEqual(expected))
            throw new SafeTensorsFormatException(sourceName, $"tensor {tensor.Name}", $"shape {SafeTensor.ShapeText(tensor.Shape.AsSpan())}", $"{SafeTensor.ShapeText(expected)} for this model");
        if (tensor.DType != SafeTensorsDType.F32)
            throw new SafeTensorsFormatException(sourceName, $"tensor {tensor.Name}", $"element type {tensor.DType}", "F32, in which this engine computes");
        ModelTensorCheck.RequireFinite(tensor, sourceName);
    }

    private void Set(SafeTensor[] tensors)
    {
        using var memory = new FileMemory(tensors);
        var source = new StateBuffers(_shape);
        for (var i = 0; i < tensors.Length; i++)
            source.Tensors[i] = memory.Start(tensors[i].Name);
        _engine.SetState(_segment, 0, source);
    }

    /// <summary>Copies a tensor of the memory access's state.</summary>
    private void Copy(string name, Span<float> target, string meaning)
    {
        using var usage = UseAlone();
        var tensors = _shape.State.Tensors;
        var place = 0;
        while (tensors[place].Name != name)
            place++;
        SequenceArguments.RequireLength(nameof(target), target.Length, (long)Batch * tensors[place].Size, meaning);
        var buffers = new StateBuffers(_shape);
        fixed (float* start = target)
        {
            buffers.Tensors[place] = start;
            _engine.CopyState(_segment, _slot, buffers);
        }
    }
}
