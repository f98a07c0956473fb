using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ntm.Core.Serialization;
using Ntm.Shared;

namespace Ntm.Training;

/// <summary>
/// Writes the learning curve to files while a model is trained: as CSV, one line for every new point, and as JSON, completely with every
/// checkpoint and at the end. The cost is in bits for the cross-entropies and in squared units for the squared error, whatever the name of the column. It can
/// write the evaluations with their metrics as well. When a training resumes from a checkpoint, it first removes the points and evaluations of later
/// sequences.
/// </summary>
public sealed partial class HistoryFiles : ITrainingObserver
{
    /// <summary>The maximum size of a JSON file: a million points.</summary>
    private const int MaxBytes = 256 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = default,
        MaxDepth = 8,
        TypeInfoResolver = HistoryTypes.Default,
    };

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _csv;
    private readonly string _json;
    private readonly string? _evaluations;

    /// <summary>Creates the observer.</summary>
    /// <param name="csvFile">The CSV file of the learning curve; replaced when the training starts.</param>
    /// <param name="jsonFile">The JSON file of the learning curve; replaced.</param>
    /// <param name="evaluationsFile">A CSV file of the evaluations on held-out sequences; replaced when the training starts. Its columns are the number of
    /// sequences trained on, of sequences evaluated, the mean cost and wrong targets per sequence, and the training's metrics by their names.</param>
    public HistoryFiles(string csvFile, string jsonFile, string evaluationsFile)
        : this(csvFile, jsonFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(evaluationsFile);
        _evaluations = evaluationsFile;
    }

    /// <summary>Creates the observer.</summary>
    /// <param name="csvFile">The CSV file; replaced when the training starts.</param>
    /// <param name="jsonFile">The JSON file; replaced.</param>
    public HistoryFiles(string csvFile, string jsonFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(csvFile);
        ArgumentException.ThrowIfNullOrEmpty(jsonFile);
        (_csv, _json) = (csvFile, jsonFile);
    }

    /// <summary>Reads the JSON file of a training.</summary>
    /// <param name="jsonFile">The file.</param>
    /// <exception cref="InvalidDataException">The file is not a learning curve; the message names the file and the place.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<TrainingPoint> Read(string jsonFile)
    {
        var content = RegularFile.ReadAllBytes(jsonFile, MaxBytes);
        try
        {
            var points = JsonSerializer.Deserialize(Utf8.GetString(JsonFault.WithoutMark(content)), TypeOf<List<TrainingPoint?>>())
                ?? throw new InvalidDataException($"{jsonFile}: found null; expected a list of points.");
            var missing = points.IndexOf(null);
            return missing < 0 ? [.. points.OfType<TrainingPoint>()] : throw new InvalidDataException($"{jsonFile}: found null as point {missing}; expected an object.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{jsonFile}: {JsonFault.Describe(e, JsonFault.WithoutMark(content))}", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{jsonFile}: found bytes that are not UTF-8 at byte {e.Index}; expected JSON.", e);
        }
    }

    /// <summary>Writes a learning curve in the format that <see cref="Read"/> reads.</summary>
    /// <param name="jsonFile">The file; replaced.</param>
    /// <param name="history">The learning curve.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string jsonFile, IReadOnlyList<TrainingPoint> history)
    {
        ArgumentException.ThrowIfNullOrEmpty(jsonFile);
        ArgumentNullException.ThrowIfNull(history);
        AtomicFile.Write(jsonFile, stream => JsonSerializer.Serialize(stream, history, TypeOf<IReadOnlyList<TrainingPoint>>()));
    }

    /// <inheritdoc />
    public void OnStarted(TrainingContext training) => Rewrite(training);

    /// <inheritdoc />
    public void OnProgress(TrainingContext training, TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Append(_csv, Line(progress.Point));
    }

    /// <inheritdoc />
    public void OnEvaluated(TrainingContext training, EvaluationPoint evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        if (_evaluations is not null)
            Append(_evaluations, Line(evaluation));
    }

    /// <inheritdoc />
    public void OnCheckpoint(TrainingContext training, string file, Exception? failure)
    {
        if (failure is null)
            WriteJson(training);
    }

    /// <inheritdoc />
    public void OnRolledBack(TrainingContext training, TrainingDivergedException divergence) => Rewrite(training);

    /// <inheritdoc />
    public void OnEnded(TrainingContext training, TrainingResult result) => Rewrite(training);

    private void Rewrite(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var text = new StringBuilder("sequences,cost_bits,wrong_bits,seconds\n");
        foreach (var point in training.History)
            text.Append(Line(point));
        AtomicFile.Write(_csv, stream => stream.Write(Utf8.GetBytes(text.ToString())));
        WriteJson(training);
        if (_evaluations is not null)
            WriteEvaluations(_evaluations, training);
    }

    private static void WriteEvaluations(string path, TrainingContext training)
    {
        var text = new StringBuilder("sequences,held_out,cost_bits,wrong_bits");
        foreach (var metric in training.Options.Metrics)
            text.Append(',').Append(Quoted(metric.Name));
        text.Append('\n');
        foreach (var evaluation in training.Evaluations)
            text.Append(Line(evaluation));
        AtomicFile.Write(path, stream => stream.Write(Utf8.GetBytes(text.ToString())));
    }

    /// <summary>Adds a line by one write: concurrent readers see all of it or nothing, and so does a file after a kill.</summary>
    private static void Append(string path, string line)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(Utf8.GetBytes(line));
    }

    private void WriteJson(TrainingContext training) => Write(_json, training.History);

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Json.GetTypeInfo(typeof(T));

    private static string Line(TrainingPoint p) =>
        string.Create(CultureInfo.InvariantCulture, $"{p.Sequences},{p.MeanCost:R},{p.MeanWrong:R},{p.Seconds:R}\n");

    private static string Line(EvaluationPoint e) =>
        string.Create(CultureInfo.InvariantCulture, $"{e.Sequences},{e.Score.Sequences},{e.Score.MeanCost:R},{e.Score.MeanWrong:R}")
        + string.Concat(e.Metrics.Values.Select(v => string.Create(CultureInfo.InvariantCulture, $",{v:R}"))) + "\n";

    /// <summary>Returns a name as a field of a CSV file.</summary>
    private static string Quoted(string name) => name.AsSpan().ContainsAny(",\"\r\n") ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;

    [JsonSerializable(typeof(List<TrainingPoint>))]
    [JsonSerializable(typeof(IReadOnlyList<TrainingPoint>))]
    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    private sealed partial class HistoryTypes : JsonSerializerContext;
}
