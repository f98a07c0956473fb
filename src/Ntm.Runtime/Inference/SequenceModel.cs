using Ntm.Core.Serialization;

namespace Ntm.Runtime;

/// <summary>
/// A trained model from a file, for predictions without torch. Its weights are packed once and never change, so any number of threads may use a model at the
/// same time.
/// </summary>
/// <remarks>
/// Outputs are logits: apply the sigmoid, or whatever belongs to the loss that the model was trained on. They are those of <c>Ntm.Core</c> in eval mode within
/// the rounding of float32. All arrays are row-major, time first.
/// </remarks>
public abstract class SequenceModel : IDisposable
{
    private readonly UsageGate _gate;
    private int _freed;

    private protected SequenceModel(int inputSize, int outputSize, IReadOnlyDictionary<string, string> metadata)
    {
        _gate = new UsageGate(this, "model");
        (InputSize, OutputSize, Metadata) = (inputSize, outputSize, metadata);
    }

    /// <summary>Width of the input vector, <c>I</c>.</summary>
    public int InputSize { get; }

    /// <summary>Width of the output vector, <c>O</c>.</summary>
    public int OutputSize { get; }

    /// <summary>The texts in the file's header, see <see cref="ModelMetadata"/>; the application's own among them.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Loads a model of any kind: a <see cref="NtmModel"/> or an <see cref="LstmModel"/>.</summary>
    /// <param name="path">The file, written by <c>NtmModelFile</c> or <c>LstmModelFile</c> of <c>Ntm.Core</c>.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, is not a model's, is from a newer version, or has a model that needs
    /// <c>Ntm.Core</c>. The message names the file, the place, what was found and what was expected.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SequenceModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Load(SafeTensorsFile.Load(path), path);
    }

    /// <summary>Loads a model of any kind from a stream, from the current position to the end.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="sourceName">The name of the stream in messages.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not that of a model that this package computes, see <see cref="Load(string)"/>.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static SequenceModel Load(Stream stream, string sourceName) => Load(WholeStream.Read(stream, sourceName), sourceName);

    /// <summary>Loads a model of any kind from a file that has already been read.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="sourceName">The file's name in messages.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not that of a model that this package computes, see <see cref="Load(string)"/>.</exception>
    public static SequenceModel Load(SafeTensorsFile file, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Metadata.GetValueOrDefault(ModelMetadata.FormatKey) switch
        {
            ModelMetadata.Ntm => NtmModel.Load(file, sourceName),
            ModelMetadata.Lstm => LstmModel.Load(file, sourceName),
            var other => throw new SafeTensorsFormatException(
                sourceName, $"metadata {ModelMetadata.FormatKey}", other ?? "nothing", $"'{ModelMetadata.Ntm}' or '{ModelMetadata.Lstm}', the formats of models"),
        };
    }

    /// <summary>Creates a session, which computes the steps of some streams as their inputs come.</summary>
    /// <param name="batch">The number of streams, <c>B</c>; at least 1.</param>
    /// <returns>A session in the model's initial state. It keeps the weights, also if the model is disposed before it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> is below 1.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public abstract SequenceSession NewSession(int batch = 1);

    /// <summary>Creates a session that continues from a saved state.</summary>
    /// <param name="path">A file that <see cref="SequenceSession.Save(string)"/> wrote.</param>
    /// <returns>A session for as many streams as were saved.</returns>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, or is not a state of such a model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public SequenceSession LoadSession(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Session(SafeTensorsFile.Load(path), path);
    }

    /// <summary>Creates a session that continues from a saved state in a stream, from the current position to the end.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="sourceName">The name of the stream in messages.</param>
    /// <returns>A session for as many streams as were saved.</returns>
    /// <exception cref="SafeTensorsFormatException">The content is damaged, or is not a state of such a model.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public SequenceSession LoadSession(Stream stream, string sourceName) => Session(WholeStream.Read(stream, sourceName), sourceName);

    /// <summary>Computes whole sequences from the initial state, on several threads. The outputs are bit-identical for any number of threads.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>; finite, except for padding, which may have any value.</param>
    /// <param name="outputs">Receives the logits, <c>[T, B, O]</c>; zero for padding.</param>
    /// <param name="steps">The number of steps, <c>T</c>; at least 1.</param>
    /// <param name="batch">The number of sequences, <c>B</c>; at least 1.</param>
    /// <param name="lengths">The number of steps of each sequence, <c>B</c> numbers from 1 to <c>T</c>. Later steps are padding and are not computed. Empty if
    /// there is no padding.</param>
    /// <param name="threads">The most threads that take part, this one included; 0 for one per core. A thread computes four sequences or more at a
    /// time.</param>
    /// <exception cref="ArgumentException">A span does not have the expected length, the spans overlap, a length is not in 1 to <c>T</c>, or an input is not
    /// finite. The message names the value and its place.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its minimum.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public unsafe void Run(
        ReadOnlySpan<float> inputs, Span<float> outputs, int steps, int batch, ReadOnlySpan<int> lengths = default, int threads = 0)
    {
        using var usage = Use();
        SequenceArguments.Check(inputs, lengths, steps, batch, InputSize, threads);
        SequenceArguments.RequireLength(nameof(outputs), outputs.Length, (long)steps * batch * OutputSize, "T * B * O");
        SequenceArguments.RequireApart(inputs, outputs, nameof(outputs));
        if (!lengths.IsEmpty)
            outputs.Clear();
        fixed (float* x = inputs, y = outputs)
            Compute(x, y, steps, batch, lengths, SequenceArguments.Threads(threads));
    }

    /// <summary>Refuses further calls and sessions. The weights are freed when the calls and sessions in use have ended.</summary>
    public void Dispose()
    {
        _gate.Close(() =>
        {
            if (Interlocked.Exchange(ref _freed, 1) == 0)
                Free();
        });
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins a use of the weights, which are not freed before it ends.</summary>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    internal UsageGate.Usage Use() => _gate.Enter();

    /// <summary>Computes sequences; the arguments are checked.</summary>
    private protected abstract unsafe void Compute(float* inputs, float* outputs, int steps, int batch, ReadOnlySpan<int> lengths, int threads);

    /// <summary>Creates a session from a state's file.</summary>
    private protected abstract SequenceSession Session(SafeTensorsFile file, string sourceName);

    /// <summary>Frees the weights.</summary>
    private protected abstract void Free();
}
