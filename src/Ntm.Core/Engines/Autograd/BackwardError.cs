using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// Errors of a backward pass, in which nothing may be thrown: a managed exception cannot cross libtorch. A native call that fails leaves its
/// message behind, on its thread, and TorchSharp's <c>backward</c> looks for one when it returns. So a call that fails is made at the
/// end of the pass, and <c>backward</c> throws its message: for misuse of the graph a small graph that is misused in the same way, and so torch's own.
/// </summary>
internal static partial class BackwardError
{
    [ThreadStatic] private static (int Task, Action Leave)? _raised;

    /// <summary>Kept for ever: each new pass over it fails.</summary>
    private static readonly Lazy<Tensor> UsedGraph = new(() =>
    {
        var (loss, _) = SmallGraph([1]);
        loss.backward();
        return loss;
    });

    /// <summary>Torch's own "backward through the graph a second time".</summary>
    public static void SecondTime() => Raise(() => Backward(UsedGraph.Value.Handle));

    /// <summary>Torch's own "modified by an inplace operation".</summary>
    /// <param name="message">What torch said when it was asked for the saved tensors.</param>
    public static void Modified(string message)
    {
        if (ShapeInMessage().Match(message) is not { Success: true } match)
        {
            Failed(message);
            return;
        }

        long[] shape = [.. match.Groups[1].Captures.Select(c => long.Parse(c.Value))];
        Raise(() =>
        {
            var (loss, factor) = SmallGraph(shape);
            using (no_grad())
            using (var one = ones(1, dtype: ScalarType.Float32, device: CPU))
                factor.add_(one).Dispose();
            factor.Dispose();
            Backward(loss.Handle);
            GC.KeepAlive(loss);
        });
    }

    /// <summary>An error that torch does not have. Its message is that of a file that is not found, and ends with ours.</summary>
    /// <param name="message">What went wrong.</param>
    public static void Failed(string message) => Raise(() => LoadTensor(message));

    /// <summary>Whether this backward pass has failed already, in this node or in another one.</summary>
    public static bool IsRaised => _raised is { } raised && raised.Task == (GraphTask.Id ?? -1);

    /// <summary>Leaves the message of a failed pass again, after native calls that may have removed it.</summary>
    public static void Repeat()
    {
        if (IsRaised)
            _raised!.Value.Leave();
    }

    private static void Raise(Action leave)
    {
        // The first error is what matters: what follows may be its consequence.
        if (!IsRaised)
            _raised = (GraphTask.Id ?? -1, leave);
        _raised!.Value.Leave();
    }

    /// <summary>A sum of products, whose backward pass needs the factor: both outside of all dispose scopes.</summary>
    private static (Tensor Loss, Tensor Factor) SmallGraph(long[] shape)
    {
        using var grad = enable_grad();
        using var scope = NewDisposeScope();
        var variable = zeros(1, dtype: ScalarType.Float32, device: CPU, requires_grad: true);
        var factor = zeros(shape, dtype: ScalarType.Float32, device: CPU);
        return (variable.mul(factor).sum().DetachFromDisposeScope(), factor.DetachFromDisposeScope());
    }

    [GeneratedRegex(@"inplace operation: \[\w+ \[(?:(\d+)(?:, )?)+\]\]")]
    private static partial Regex ShapeInMessage();

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_backward")]
    private static partial void Backward(nint tensor);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_load", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint LoadTensor(string location);
}
