namespace Ntm.Core;

/// <summary>A controller that the whole-sequence engines support.</summary>
internal interface IEngineController
{
    /// <summary>The kind, by which the engines find their implementation.</summary>
    ControllerKind Kind { get; }

    /// <summary>The number of layers.</summary>
    int LayerCount { get; }
}
