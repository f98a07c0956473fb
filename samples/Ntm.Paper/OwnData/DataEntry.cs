using System.Globalization;
using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Paper.Settings;
using Ntm.Tasks;

namespace Ntm.Paper.OwnData;

/// <summary>The user's own sequences, from files: <c>train --data FILE</c>. The paper has nothing to compare with.</summary>
internal sealed class DataEntry : TaskEntry<DataSettings>
{
    /// <summary>The name on the command line and in checkpoints.</summary>
    public const string TaskName = "data";

    private const string FileOption = "--data";
    private const string ValidationOption = "--validation";

    public override string Name => TaskName;

    public override string Summary => "your own sequences, with --data";

    public override IReadOnlyList<string> Required { get; } = ["data", "validation", "classes"];

    public override LossKind LossOf(TrainSettings settings) => (Options(settings).Loss ?? DataLoss.Bits).Kind();

    /// <summary>The training ends with the validation sequences, and its result is on the same: what is measured on others is <c>evaluate --data</c>'s.</summary>
    public override SequenceTask Create(TrainSettings settings)
    {
        var options = Options(settings);
        var training = DataFile.Open(FileOption, options.Data!, options.Classes);
        var validation = options.Validation is { } path ? DataFile.Open(ValidationOption, path, training.HasClasses ? training.OutputSize : null) : null;
        var data = new DataTaskOptions { Loss = options.Loss?.Kind() };
        SharedProperties<DataSettings, DataTaskOptions>.Copy(options, data);
        try
        {
            var divided = new DataTask(Name, training, data, validation);
            var heldOut = divided.SourceOf(DataPart.Validation)
                ?? throw new UsageException($"{FileOption} {training.Path} has 1 sequence, of which none can be held out; expected more, or {ValidationOption}.");
            data.ValidationShare = 0;
            return new DataTask(Name, divided.SourceOf(DataPart.Training)!, data, heldOut, test: heldOut);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"{FileOption} {training.Path}: {OptionWords.Of(InWordsOfTheFiles(DataFile.WithoutParameter(e)))}", e);
        }
    }

    /// <summary>Writes down what follows from the data, so that the model's file has it.</summary>
    public override void Settle(TrainSettings settings)
    {
        var options = Options(settings);
        var task = Create(settings);
        options.Loss = task.Loss.Name();
        if (options.Epochs is { } epochs)
            settings.Sequences = epochs * task.CountOf(DataPart.Training)!.Value;
    }

    public override void Check(SequenceTask task)
    {
        try
        {
            ((DataTask)task).CheckAll();
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"{e.Message} The targets depend on --loss, which is '{SettingsJson.Name(task.Loss.Name())}'.", e);
        }
    }

    public override IEnumerable<string> Implied(object options)
    {
        var data = (DataSettings)options;
        if (data.Validation is null)
            yield return "validation";
        if (data.Classes is null)
            yield return "classes";
        if (data.ValidationShare is null)
            yield return "validation-share";
        yield return data.Epochs is null ? "epochs" : "sequences";
    }

    public override string Sizes(TrainSettings settings) => $"{FileOption} {Options(settings).Data}";

    public override long Steps(TrainSettings settings)
    {
        var task = (DataTask)Create(settings);
        return new[] { DataPart.Training, DataPart.Validation }.Max(part => LongestOf(task.SourceOf(part)!));
    }

    public override IEnumerable<string> Violations(TrainSettings settings)
    {
        var options = Options(settings);
        if (string.IsNullOrWhiteSpace(options.Data))
            yield return $"{FileOption} is missing; expected a safetensors file with 'inputs' and 'targets'.";
        if (options.Validation is not null && options.ValidationShare is { } share)
            yield return string.Create(CultureInfo.InvariantCulture, $"--validation-share is {share}, and {ValidationOption} is {options.Validation}; expected one of them.");
    }

    /// <summary>The held-out sequences.</summary>
    public override IReadOnlyList<TaskCondition> Conditions(TrainSettings settings, EvaluationRequest request)
    {
        Refuse("--length", request.Length);
        Refuse("--repeats", request.Repeats);
        Refuse("--items", request.Items);
        return [new TaskCondition(Options(settings).Validation ?? "held out", Create(settings), Steps(settings))];
    }

    public override IReadOnlyList<Comparison> Comparisons => [];

    public override PaperFigures Paper => throw new NotSupportedException("The paper has no figures of other data.");

    private static int LongestOf(SequenceSource source)
    {
        var longest = 0;
        for (var i = 0; i < source.Count; i++)
            longest = Math.Max(longest, source.StepsOf(i));
        return longest;
    }

    private static string InWordsOfTheFiles(string message) => message.Replace($"{nameof(DataTaskOptions)}.", $"{nameof(DataSettings)}.", StringComparison.Ordinal);
}
