namespace Ntm.Core;

/// <summary>A controller that the whole-sequence engines know.</summary>
internal interface IEngineController
{
    /// <summary>Its kind, by which the engines find their part.</summary>
    ControllerKind Kind { get; }

    /// <summary>The number of layers.</summary>
    int LayerCount { get; }
}
