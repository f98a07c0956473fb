using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Tells whether a graph's node is gone. TorchSharp disposes its context together with the node but does not expose that.</summary>
internal static class ContextLifetime
{
    /// <summary>A field that is null once a context is disposed. If another version of TorchSharp lacks it, resources of a dropped graph wait for its
    /// finalizer.</summary>
    private static readonly FieldInfo? SavedVariables = Field();

    public static bool IsOver(autograd.AutogradContext context) => SavedVariables is not null && SavedVariables.GetValue(context) is null;

    [DynamicDependency("_savedVariables", typeof(autograd.AutogradContext))]
    private static FieldInfo? Field() => typeof(autograd.AutogradContext).GetField("_savedVariables", BindingFlags.Instance | BindingFlags.NonPublic);
}
