using Ntm.Core;
using Ntm.Core.Serialization;

namespace Ntm.Runtime;

/// <summary>A Neural Turing Machine of built-in components from a file, for predictions without torch.</summary>
public sealed class NtmModel : SequenceModel
{
    private readonly NtmOptions _options;
    private readonly NtmWeights _weights;
    private readonly WorkspacePool _pool;

    private NtmModel(NtmOptions options, NtmWeights weights, IReadOnlyDictionary<string, string> metadata)
        : base(options.InputSize, options.OutputSize, metadata)
    {
        (_options, _weights) = (options, weights);
        // Nothing here has targets: any loss will do.
        _pool = new WorkspacePool(() => weights.Engine.CreateWorkspace(LossKind.BinaryCrossEntropy));
    }

    /// <summary>The architecture; a copy.</summary>
    public NtmOptions Options => _options.Clone();

    internal NtmWeights Weights => _weights;

    /// <summary>Loads a machine.</summary>
    /// <param name="path">The file, written by <c>NtmModelFile</c> of <c>Ntm.Core</c>.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, is not a machine's, is from a newer version, or has a machine that needs
    /// <c>Ntm.Core</c>: with custom or imported components, or of element type float64. The message names the file, the place, what was found and what was
    /// expected.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static new NtmModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Load(SafeTensorsFile.Load(path), path);
    }

    /// <summary>Loads a machine from a stream, from the current position to the end.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="sourceName">The name of the stream in messages.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not that of a machine that this package computes, see <see cref="Load(string)"/>.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static new NtmModel Load(Stream stream, string sourceName) => Load(WholeStream.Read(stream, sourceName), sourceName);

    /// <summary>Loads a machine from a file that has already been read.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="sourceName">The file's name in messages.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not that of a machine that this package computes, see <see cref="Load(string)"/>.</exception>
    public static new NtmModel Load(SafeTensorsFile file, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentException.ThrowIfNullOrEmpty(sourceName);
        var options = ModelFormats.Ntm.ReadOptions(file, sourceName);
        if (file.Metadata.TryGetValue(ModelMetadata.PartsKey, out var parts))
        {
            throw new SafeTensorsFormatException(
                sourceName, $"metadata {ModelMetadata.PartsKey}", parts, "none: a machine with imported components needs NtmModelFile of Ntm.Core");
        }

        if (NtmShapes.Of(options).Ntm().Obstacle is { } obstacle)
            throw new SafeTensorsFormatException(sourceName, $"metadata {ModelMetadata.OptionsKey(ModelMetadata.Ntm)}", obstacle, "fewer heads or locations");
        ModelTensorCheck.Require(file, sourceName, ModelShapes.Of(options, custom: default));
        return new NtmModel(options, new NtmWeights(options, file), file.Metadata);
    }

    /// <inheritdoc />
    public override NtmSession NewSession(int batch = 1) => new(this, batch);

    /// <summary>Creates a session that continues from a saved state.</summary>
    /// <param name="path">A file that <see cref="SequenceSession.Save(string)"/>, or <c>NtmStateFile</c> of <c>Ntm.Core</c>, wrote for such a model.</param>
    /// <returns>A session for as many streams as were saved.</returns>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, or is not a state of such a model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public new NtmSession LoadSession(string path) => (NtmSession)base.LoadSession(path);

    /// <summary>Creates a session that continues from a saved state in a stream, from the current position to the end.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="sourceName">The name of the stream in messages.</param>
    /// <returns>A session for as many streams as were saved.</returns>
    /// <exception cref="SafeTensorsFormatException">The content is damaged, or is not a state of such a model.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public new NtmSession LoadSession(Stream stream, string sourceName) => (NtmSession)base.LoadSession(stream, sourceName);

    /// <summary>Computes whole sequences from the initial state and records what the heads do in every step.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>; finite, except for padding, which may have any value.</param>
    /// <param name="steps">The number of steps, <c>T</c>; at least 1.</param>
    /// <param name="batch">The number of sequences, <c>B</c>; at least 1.</param>
    /// <param name="lengths">The number of steps of each sequence, <c>B</c> numbers from 1 to <c>T</c>; padding is zero in the record. Empty if there is no
    /// padding.</param>
    /// <param name="threads">The most threads that take part, this one included; 0 for one per core.</param>
    /// <exception cref="ArgumentException">A span does not have the expected length, a length is not in 1 to <c>T</c>, an input is not finite, or the record
    /// does not fit into arrays.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its minimum.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public unsafe SequenceTrace Trace(ReadOnlySpan<float> inputs, int steps, int batch = 1, ReadOnlySpan<int> lengths = default, int threads = 0)
    {
        using var usage = Use();
        SequenceArguments.Check(inputs, lengths, steps, batch, InputSize, threads);
        var trace = new SequenceTrace(_options, steps, batch);
        fixed (float* x = inputs)
            Compute(x, SequenceTrace.Start(trace.LogitsArray), steps, batch, lengths, SequenceArguments.Threads(threads), trace.Buffers(_weights.Engine.Shape.Ntm()));
        GC.KeepAlive(trace);
        return trace;
    }

    private protected override unsafe void Compute(float* inputs, float* outputs, int steps, int batch, ReadOnlySpan<int> lengths, int threads) =>
        Compute(inputs, outputs, steps, batch, lengths, threads, trace: null);

    private protected override SequenceSession Session(SafeTensorsFile file, string sourceName) => NtmSession.Load(this, file, sourceName);

    private protected override void Free()
    {
        _pool.Dispose();
        _weights.Dispose();
    }

    private unsafe void Compute(
        float* inputs, float* outputs, int steps, int batch, ReadOnlySpan<int> lengths, int threads, NtmTraceBuffers? trace)
    {
        var call = new BatchCall
        {
            Kind = CallKind.Forward,
            Prepared = _weights.Prepared(),
            Steps = steps,
            Batch = batch,
            Inputs = inputs,
            Logits = outputs,
            Trace = trace,
        };
        var workspace = _pool.Rent();
        try
        {
            workspace.Forward(call, lengths, threads);
        }
        catch
        {
            // The workspace may hold the memory that ran out.
            workspace.Dispose();
            throw;
        }

        _pool.Return(workspace);
    }
}
