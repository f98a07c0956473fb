using Ntm.Core;
using Ntm.Paper.Settings;
using Ntm.Tasks;

namespace Ntm.Paper.OwnData;

/// <summary>The sequences of a file that an option names.</summary>
internal static class DataFile
{
    /// <param name="option">The option, for messages.</param>
    /// <param name="path">The file.</param>
    /// <param name="classes">The number of classes, if it is given.</param>
    /// <exception cref="UsageException">There is no such file, it has no sequences, or the number of its classes is not known.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or has other tensors; the message names it.</exception>
    public static SequenceFile Open(string option, string path, int? classes) => Open(option, path, classes, path => new SequenceFile(path, classes));

    private static SequenceFile Open(string option, string path, int? classes, Func<string, SequenceFile> open)
    {
        if (!File.Exists(path))
            throw new UsageException($"{option} is '{path.Replace("\0", "\\0", StringComparison.Ordinal)}'; expected a safetensors file with 'inputs' and 'targets'.");
        try
        {
            return open(path);
        }
        catch (ArgumentException e) when (classes is null)
        {
            throw new UsageException($"--classes is missing: {option} {path} has classes as targets, and not their number in its metadata under 'classes'.", e);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--classes is {classes}, and {option} {path} has targets that are no classes; expected no --classes.", e);
        }
    }

    /// <summary>A task whose only sequences are those of a file, to be measured.</summary>
    /// <param name="option">The option that names the file, for messages.</param>
    /// <param name="path">The file.</param>
    /// <param name="model">The model, whose widths the sequences must have.</param>
    /// <param name="loss">The loss, if it is known; that of classes is the softmax cross-entropy.</param>
    /// <exception cref="UsageException">There is no such file, its sequences are not those of the model, or the loss is not known.</exception>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public static DataTask TaskOf(string option, string path, ISequenceModel model, LossKind? loss)
    {
        var file = Open(option, path, model.OutputSize, path => OpenFor(path, model));
        if ((file.InputSize, file.OutputSize) != (model.InputSize, model.OutputSize))
        {
            throw new UsageException(
                $"{option} {path} has {file.InputSize} inputs and {file.OutputSize} outputs; expected {model.InputSize} and {model.OutputSize}, as the model has.");
        }

        if (loss is null && !file.HasClasses)
            throw new UsageException($"--loss is missing: the model's file does not tell what its outputs are, and {option} {path} has targets that may be bits or numbers.");
        return new DataTask(DataEntry.TaskName, file, new DataTaskOptions { Loss = loss ?? LossKind.SoftmaxCrossEntropy, ValidationShare = 0, Shuffle = false }, test: file);
    }

    /// <summary>The library's message without the name of its parameter.</summary>
    public static string WithoutParameter(ArgumentException exception) =>
        exception.ParamName is { } name ? exception.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : exception.Message;

    /// <summary>The model has an output for each class, whether the file has their number or not.</summary>
    private static SequenceFile OpenFor(string path, ISequenceModel model)
    {
        try
        {
            return new SequenceFile(path);
        }
        catch (ArgumentException)
        {
            return new SequenceFile(path, model.OutputSize);
        }
    }
}
