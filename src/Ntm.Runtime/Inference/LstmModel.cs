using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Runtime.Baseline;

namespace Ntm.Runtime;

/// <summary>An LSTM network from a file, for predictions without torch.</summary>
public sealed class LstmModel : SequenceModel
{
    private readonly LstmOptions _options;

    private LstmModel(LstmOptions options, LstmWeights weights, IReadOnlyDictionary<string, string> metadata)
        : base(options.InputSize, options.OutputSize, metadata) => (_options, Weights) = (options, weights);

    /// <summary>The architecture; a copy.</summary>
    public LstmOptions Options => _options.Clone();

    internal LstmWeights Weights { get; }

    /// <summary>Loads a network.</summary>
    /// <param name="path">The file, written by <c>LstmModelFile</c> of <c>Ntm.Core</c>.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, is not a network's, is from a newer version, or is of element type float64. The
    /// message names the file, the place, what was found and what was expected.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static new LstmModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Load(SafeTensorsFile.Load(path), path);
    }

    /// <summary>Loads a network from a stream, from the current position to the end.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="sourceName">The name of the stream in messages.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not that of a network that this package computes, see <see cref="Load(string)"/>.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static new LstmModel Load(Stream stream, string sourceName) => Load(WholeStream.Read(stream, sourceName), sourceName);

    /// <summary>Loads a network from a file that has already been read.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="sourceName">The file's name in messages.</param>
    /// <exception cref="SafeTensorsFormatException">The content is not that of a network that this package computes, see <see cref="Load(string)"/>.</exception>
    public static new LstmModel Load(SafeTensorsFile file, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentException.ThrowIfNullOrEmpty(sourceName);
        var options = ModelFormats.Lstm.ReadOptions(file, sourceName);
        ModelTensorCheck.Require(file, sourceName, ModelShapes.Of(options));
        return new LstmModel(options, new LstmWeights(options, file), file.Metadata);
    }

    /// <inheritdoc />
    public override LstmSession NewSession(int batch = 1) => new(this, batch);

    /// <summary>Creates a session that continues from a saved state.</summary>
    /// <param name="path">A file that <see cref="SequenceSession.Save(string)"/> wrote for such a model.</param>
    /// <returns>A session for as many streams as were saved.</returns>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, or is not a state of such a model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public new LstmSession LoadSession(string path) => (LstmSession)base.LoadSession(path);

    /// <summary>Creates a session that continues from a saved state in a stream, from the current position to the end.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="sourceName">The name of the stream in messages.</param>
    /// <returns>A session for as many streams as were saved.</returns>
    /// <exception cref="SafeTensorsFormatException">The content is damaged, or is not a state of such a model.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public new LstmSession LoadSession(Stream stream, string sourceName) => (LstmSession)base.LoadSession(stream, sourceName);

    private protected override unsafe void Compute(float* inputs, float* outputs, int steps, int batch, ReadOnlySpan<int> lengths, int threads)
    {
        var all = lengths.ToArray();
        if (all.Length == 0)
        {
            all = new int[batch];
            Array.Fill(all, steps);
        }

        new LstmRun(Weights, inputs, outputs, batch, all).Run(threads);
    }

    private protected override SequenceSession Session(SafeTensorsFile file, string sourceName) => LstmSession.Load(this, file, sourceName);

    private protected override void Free() => Weights.Dispose();
}
