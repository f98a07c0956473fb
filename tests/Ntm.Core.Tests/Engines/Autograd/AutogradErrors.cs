using System.Runtime.InteropServices;

namespace Ntm.Core.Tests.Engines.Autograd;

/// <summary>The words of torch for a misused graph.</summary>
internal static class AutogradErrors
{
    public const string SecondTime = "backward through the graph a second time";
    public const string InPlace = "modified by an inplace operation";

    /// <summary>Requires that torch refuses a misuse in these words.</summary>
    public static void Refuses(string message, Action misuse) =>
        Assert.Contains(message, Assert.ThrowsAny<ExternalException>(misuse).Message, StringComparison.Ordinal);
}
