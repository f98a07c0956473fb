using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Training.Optimizers;

namespace Ntm.Training.Checkpoints;

/// <summary>
/// The format of a checkpoint: a safetensors file. Tensors: the model's under <c>model.NAME</c>, the optimizer's flat buffers as
/// <c>optimizer.0</c> and following, or that of one of torch's optimizers as <c>optimizer.torch [bytes]</c>, the flat average of the parameters, if there is one, as
/// <c>average</c>, the learning curve as <c>history [P, 4]</c> and the evaluations as <c>evaluations [E, 7]</c>, and
/// the values of their metrics, if there are any, as <c>metrics [E, M]</c>, in float64, which represents every number exactly. Metadata: kind, version, checksum, the training's state, options and loss as JSON, and the
/// application's metadata under <c>user.KEY</c>.
/// </summary>
internal static class CheckpointFile
{
    public const int Version = 2;

    private const string Kind = "ntm-checkpoint";
    private const string FormatKey = "format";
    private const string VersionKey = "ntm-checkpoint.version";
    private const string StateKey = "ntm-checkpoint.state";
    private const string OptionsKey = "ntm-checkpoint.options";
    private const string LossKey = "ntm-checkpoint.loss";
    private const string FunctionKey = "ntm-checkpoint.loss-function";
    private const string MetricsKey = "ntm-checkpoint.metrics";
    private const string GoalsKey = "ntm-checkpoint.goals";
    private const string OptimizerKey = "ntm-checkpoint.torch-optimizer";
    private const string UserPrefix = "user.";
    private const string HistoryName = "history";
    private const string EvaluationsName = "evaluations";
    private const string MetricsName = "metrics";
    private const string TorchOptimizerName = "optimizer.torch";
    public const string AverageName = "average";
    private const int HistoryColumns = 4;
    private const int EvaluationColumns = 1 + SavedScore.Columns;

    public static void Save(
        string path, SavedLoss loss, IReadOnlyList<SafeTensor> weights, FlatOptimizer optimizer, float[]? average, TrainingState state, TrainingOptions options,
        IReadOnlyList<TrainingPoint> history, IReadOnlyList<EvaluationPoint> evaluations, IReadOnlyDictionary<string, string> user)
    {
        List<SafeTensor> tensors =
        [
            Table(HistoryName, HistoryColumns, history.Select(p => (double[])[p.Sequences, p.MeanCost, p.MeanWrong, p.Seconds])),
            Table(EvaluationsName, EvaluationColumns, evaluations.Select(e => (double[])[e.Sequences, .. SavedScore.Of(e.Score).ToRow()])),
            .. options.Metrics.Count > 0 ? (SafeTensor[])[Table(MetricsName, options.Metrics.Count, evaluations.Select(e => e.Metrics.Values.ToArray()))] : [],
            .. weights,
            .. optimizer.State.Select((values, i) => Flat(OptimizerName(i), values)),
            .. average is null ? (SafeTensor[])[] : [Flat(AverageName, average)],
            .. optimizer.SavedState is { } bytes ? (SafeTensor[])[new SafeTensor(TorchOptimizerName, SafeTensorsDType.U8, [bytes.Length], bytes)] : [],
        ];
        var metadata = new Dictionary<string, string>
        {
            [FormatKey] = Kind,
            [VersionKey] = Version.ToString(CultureInfo.InvariantCulture),
            [StateKey] = CheckpointJson.Write(state),
            [OptionsKey] = CheckpointJson.Write(SavedOptions.Of(options)),
        };
        if (loss.Kind != LossKind.BinaryCrossEntropy)
            metadata[LossKey] = CheckpointJson.Write(loss.Kind);
        if (loss.IsFunction)
            metadata[FunctionKey] = "true";
        if (options.Metrics.Count > 0)
            metadata[MetricsKey] = CheckpointJson.Write(options.Metrics.Select(m => m.Name).ToArray());
        if (options.Goals.Count > 0)
            metadata[GoalsKey] = CheckpointJson.Write(GoalsOf(options));
        if (optimizer.Description is { } description)
            metadata[OptimizerKey] = description;
        foreach (var (key, value) in user)
            metadata[UserPrefix + key] = value;
        metadata[CheckpointChecksum.Key] = CheckpointChecksum.Of(tensors, metadata);
        new SafeTensorsFile(tensors, metadata).Save(path);
    }

    /// <exception cref="CheckpointException">The file is damaged, or from a newer version.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TrainingCheckpoint Load(string path)
    {
        SafeTensorsFile file;
        try
        {
            file = SafeTensorsFile.Load(path);
        }
        catch (SafeTensorsFormatException e)
        {
            throw new CheckpointException(path, e);
        }

        Expect(path, file, FormatKey, Kind);
        var version = Text(path, file, VersionKey);
        if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            throw new CheckpointException(path, $"metadata {VersionKey}", version, "a version number");
        if (number > Version)
            throw new CheckpointException(path, $"metadata {VersionKey}", version, $"at most {Version}; the file was made by a newer version of this library");
        Expect(path, file, CheckpointChecksum.Key, CheckpointChecksum.Of(file.Tensors, file.Metadata));

        var state = Parse<TrainingState>(path, file, StateKey);
        var options = Options(path, file, number);
        if (state.Seen < 0 || state.Before < 0 || state.Before > state.Seen || state.Updates < 0 || state.Streak < 0 || state.Rollbacks < 0 || !(state.RateFactor > 0)
            || state.Seconds is not (>= 0 and < 1e12) || state.Sum.Sequences < 0)
        {
            throw new CheckpointException(path, $"metadata {StateKey}", file.Metadata[StateKey], "counts and times of 0 or more");
        }

        // Files from before there was a choice have no such entry.
        var kind = file.Metadata.ContainsKey(LossKey) ? Parse<LossKind?>(path, file, LossKey) ?? default : LossKind.BinaryCrossEntropy;
        var loss = new SavedLoss(kind, file.Metadata.ContainsKey(FunctionKey));
        var history = Rows(path, file, HistoryName, HistoryColumns).Select(r => new TrainingPoint((long)r[0], r[1], r[2], r[3])).ToList();
        var evaluations = Rows(path, file, EvaluationsName, EvaluationColumns)
            .Select(r => new EvaluationPoint((long)r[0], SavedScore.OfRow(r.AsSpan(1)).ToScore(loss))).ToList();
        var metrics = Texts(path, file, MetricsKey);
        if (metrics.Length > 0)
        {
            var values = Rows(path, file, MetricsName, metrics.Length).ToList();
            if (values.Count != evaluations.Count)
                throw new CheckpointException(path, $"tensor {MetricsName}", $"{values.Count} rows", $"{evaluations.Count}, one for each evaluation");
            evaluations = [.. evaluations.Zip(values, (e, row) => e with { Metrics = new MetricValues(metrics, row) })];
        }

        var user = file.Metadata.Where(m => m.Key.StartsWith(UserPrefix, StringComparison.Ordinal)).ToDictionary(m => m.Key[UserPrefix.Length..], m => m.Value);
        return new TrainingCheckpoint(path, file, loss, state, options, history, evaluations, user)
        {
            Metrics = metrics,
            Goals = Texts(path, file, GoalsKey),
            TorchOptimizer = file.Metadata.GetValueOrDefault(OptimizerKey),
        };
    }

    /// <summary>Returns the saved state of one of torch's optimizers.</summary>
    public static byte[] TorchState(string path, SafeTensorsFile file) =>
        file.TryGetTensor(TorchOptimizerName, out var tensor) && tensor is { DType: SafeTensorsDType.U8, Shape.Length: 1 }
            ? tensor.Data.ToArray()
            : throw new CheckpointException(path, $"tensor {TorchOptimizerName}", tensor?.ToString() ?? "nothing", "U8 [bytes]");

    /// <summary>Returns the goals in words, as they are saved: a checkpoint cannot have the metrics' functions.</summary>
    public static string[] GoalsOf(TrainingOptions options) => [.. options.Goals.Select(g => g.ToString())];

    public static string OptimizerName(int index) => $"optimizer.{index}";

    private static SafeTensor Flat(string name, float[] values) => new(name, SafeTensorsDType.F32, [values.Length], MemoryMarshal.AsBytes<float>(values).ToArray());

    private static SafeTensor Table(string name, int columns, IEnumerable<double[]> rows)
    {
        double[] values = [.. rows.SelectMany(r => r)];
        return new SafeTensor(name, SafeTensorsDType.F64, [values.Length / columns, columns], MemoryMarshal.AsBytes<double>(values).ToArray());
    }

    private static IEnumerable<double[]> Rows(string path, SafeTensorsFile file, string name, int columns)
    {
        if (!file.TryGetTensor(name, out var tensor) || tensor.DType != SafeTensorsDType.F64 || tensor.Shape.Length != 2 || tensor.Shape[1] != columns)
            throw new CheckpointException(path, $"tensor {name}", tensor?.ToString() ?? "nothing", $"F64 [rows, {columns}]");
        return MemoryMarshal.Cast<byte, double>(tensor.Data.Span).ToArray().Chunk(columns);
    }

    private static SavedOptions Options(string path, SafeTensorsFile file, int version) => version == 1
        ? Parse<SavedOptionsOfVersion1, SavedOptions>(path, file, OptionsKey, options => options.Convert())
        : Parse<SavedOptions>(path, file, OptionsKey);

    /// <summary>Reads a list of texts; an empty one if there is none, as in files of trainings without it.</summary>
    private static string[] Texts(string path, SafeTensorsFile file, string key) => file.Metadata.ContainsKey(key)
        ? Parse<string[], string[]>(path, file, key, texts => texts.Length > 0 && !texts.Contains(null)
            ? texts
            : throw new CheckpointException(path, $"metadata {key}", file.Metadata[key], "texts"))
        : [];

    private static T Parse<T>(string path, SafeTensorsFile file, string key) => Parse<T, T>(path, file, key, value => value);

    private static TTo Parse<TFrom, TTo>(string path, SafeTensorsFile file, string key, Func<TFrom, TTo> convert)
    {
        try
        {
            return convert(CheckpointJson.Read<TFrom>(Text(path, file, key))
                ?? throw new CheckpointException(path, $"metadata {key}", "null", "a JSON object"));
        }
        catch (JsonException e)
        {
            throw new CheckpointException(path, $"metadata {key}", e.Message, "JSON as this library writes it", e);
        }
    }

    private static void Expect(string path, SafeTensorsFile file, string key, string expected)
    {
        if (Text(path, file, key) is var found && found != expected)
            throw new CheckpointException(path, $"metadata {key}", found, expected);
    }

    private static string Text(string path, SafeTensorsFile file, string key) =>
        file.Metadata.TryGetValue(key, out var text) ? text : throw new CheckpointException(path, $"metadata {key}", "nothing", "a text, like in every checkpoint");
}
