using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Whether a graph's node is gone: TorchSharp disposes its context with it, which has no public sign of that.</summary>
internal static class ContextLifetime
{
    /// <summary>Null once a context is disposed. Not found in other versions of TorchSharp, what a dropped graph held waits for its finalizer.</summary>
    private static readonly FieldInfo? SavedVariables = Field();

    public static bool IsOver(autograd.AutogradContext context) => SavedVariables is not null && SavedVariables.GetValue(context) is null;

    [DynamicDependency("_savedVariables", typeof(autograd.AutogradContext))]
    private static FieldInfo? Field() => typeof(autograd.AutogradContext).GetField("_savedVariables", BindingFlags.Instance | BindingFlags.NonPublic);
}
