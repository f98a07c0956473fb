using System.Runtime.InteropServices;
using System.Runtime.InteropServices.JavaScript;
using System.Text.Json;
using Ntm.Paper.Draw.Viewer;
using Ntm.Runtime;
using Ntm.Tasks;

namespace Ntm.Browser;

/// <summary>A trained machine, as the page's script uses it.</summary>
internal static partial class Machine
{
    private static NtmModel? _model;

    /// <summary>Loads a model in place of the one before.</summary>
    /// <param name="file">The content of its file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="Ntm.Core.Serialization.SafeTensorsFormatException">The content is not a model's.</exception>
    [JSExport]
    internal static void Load(byte[] file, string name)
    {
        var loaded = NtmModel.Load(new MemoryStream(file), name);
        _model?.Dispose();
        _model = loaded;
    }

    /// <summary>Computes a sequence of a task.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="size">The length or the number of items, for tasks that have one.</param>
    /// <param name="repeats">The number of repeats, for repeat copy.</param>
    /// <param name="number">The number of the sequence among all of this size.</param>
    /// <returns>A <see cref="ViewedSequence"/> as JSON.</returns>
    [JSExport]
    internal static string Sequence(string task, int size, int repeats, int number)
    {
        using var buffer = new BatchBuffer(TaskOf(task, size, repeats));
        buffer.Fill(0, number, 1);
        var targets = buffer.Targets.ToArray();
        for (var t = 0; t < buffer.Steps; t++)
        {
            if (buffer.Mask[t] == 0)
                targets.AsSpan(t * buffer.Task.OutputSize, buffer.Task.OutputSize).Fill(float.NaN);
        }

        return Json(task, buffer.Inputs, targets, buffer.Steps);
    }

    /// <summary>Computes a sequence of the user's own, whose targets are not known.</summary>
    /// <param name="inputs">The inputs <c>[T, I]</c>, float32 in base64.</param>
    /// <returns>A <see cref="ViewedSequence"/> as JSON.</returns>
    [JSExport]
    internal static string Own(string inputs)
    {
        var model = Model();
        var values = MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(inputs));
        var steps = values.Length / model.InputSize;
        var targets = new float[steps * model.OutputSize];
        Array.Fill(targets, float.NaN);
        return Json("your own", values, targets, steps);
    }

    private static NtmModel Model() => _model ?? throw new InvalidOperationException("No model has been loaded.");

    private static SequenceTask TaskOf(string name, int size, int repeats) => name switch
    {
        "copy" => new CopyTask(new CopyOptions { MinLength = size, MaxLength = size }),
        "repeat-copy" => new RepeatCopyTask(new RepeatCopyOptions { MinLength = size, MaxLength = size, MinRepeats = repeats, MaxRepeats = repeats }),
        "associative-recall" => new AssociativeRecallTask(new AssociativeRecallOptions { MinItems = size, MaxItems = size }),
        "ngram" => new NGramTask(),
        "priority-sort" => new PrioritySortTask(),
        _ => throw new ArgumentException($"The task is '{name}'; expected copy, repeat-copy, associative-recall, ngram or priority-sort.", nameof(name)),
    };

    private static string Json(string name, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, int steps)
    {
        var sequence = ComputedSequence.Of(name, Model(), inputs, targets, steps);
        return JsonSerializer.Serialize(sequence, ViewedSequenceJson.Default.ViewedSequence);
    }
}
