using Ntm.Core;
using Ntm.Paper.Settings;
using static TorchSharp.torch;

namespace Ntm.Paper.Models;

/// <summary>The weights that a training starts with, where they are another model's.</summary>
internal static class FirstWeights
{
    private const int Shown = 4;

    /// <summary>Copies a model's weights.</summary>
    /// <param name="model">The model that is to be trained.</param>
    /// <param name="path">The other model's file, or its run's folder.</param>
    /// <exception cref="UsageException">There is no such model, or it has other parts or sizes.</exception>
    /// <exception cref="Ntm.Core.Serialization.SafeTensorsFormatException">Its file is damaged.</exception>
    public static void Load(PaperModel model, string path)
    {
        using var other = PaperModel.Load(path);
        var (target, source) = ((nn.Module)model.Sequences, (nn.Module)other.Sequences);
        using var scope = NewDisposeScope();
        var (wanted, found) = (target.state_dict(), source.state_dict());
        List<string> differences =
        [
            .. Differences(model.Sequences, other.Sequences),
            .. wanted.Where(w => !found.ContainsKey(w.Key)).Select(w => $"no {w.Key}"),
            .. found.Where(f => !wanted.ContainsKey(f.Key)).Select(f => $"a {f.Key}, which this training has not"),
            .. wanted.Where(w => found.TryGetValue(w.Key, out var value) && !value.shape.SequenceEqual(w.Value.shape))
                .Select(w => $"{w.Key} of shape {Shape(found[w.Key])}, not {Shape(w.Value)}"),
        ];
        if (differences.Count > 0)
        {
            var more = differences.Count > Shown ? FormattableString.Invariant($" and {differences.Count - Shown} more differences") : "";
            throw new UsageException($"--from {path} has {string.Join("; ", differences.Take(Shown))}{more}: expected a model of the same architecture and sizes, for which --config with the settings.json of its run is the shortest way.");
        }

        using (no_grad())
            foreach (var (name, value) in wanted)
                value.copy_(found[name]);
    }

    /// <summary>Returns what the models compute differently with weights of the same shapes.</summary>
    private static IEnumerable<string> Differences(ISequenceModel model, ISequenceModel other)
    {
        if ((model, other) is not (NeuralTuringMachine machine, NeuralTuringMachine before))
        {
            if (model.GetType() != other.GetType())
                yield return "another architecture";
            yield break;
        }

        var (own, its) = (machine.Options, before.Options);
        if (own.Controller != its.Controller)
            yield return $"the controller {its.Controller}, not {own.Controller}";
        if (own.Addressing != its.Addressing)
            yield return $"the addressing {its.Addressing}, not {own.Addressing}";
        if (own.ReadOrder != its.ReadOrder)
            yield return $"the read order {its.ReadOrder}, not {own.ReadOrder}";
        if (own.ShiftRange != its.ShiftRange)
            yield return $"a shift range of {its.ShiftRange}, not {own.ShiftRange}";
    }

    private static string Shape(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
