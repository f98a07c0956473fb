using Ntm.Core;
using Ntm.Paper.Catalog;

namespace Ntm.Paper.Settings;

/// <summary>The units of a training's loss.</summary>
internal static class LossUnits
{
    private const string Wrong = "wrong ";

    public static ReferenceLoss Of(TrainSettings settings) => ReferenceLoss.Of(TaskCatalog.Find(settings.Task).LossOf(settings));

    /// <summary>The name of targets, in the plural: bits, symbols, values.</summary>
    public static string Targets(TrainSettings settings) => Of(settings).WrongName[Wrong.Length..];
}
