using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// Reports errors of a backward pass, in which nothing may be thrown, because a managed exception cannot cross libtorch. A native call that fails stores its
/// message per thread, and TorchSharp's <c>backward</c> looks for a message when it returns. So this class makes a failing native call at the
/// end of the pass, and <c>backward</c> throws its message. For misuse of the graph, it misuses a small graph in the same way, which gives torch's own
/// message.
/// </summary>
internal static partial class BackwardError
{
    [ThreadStatic] private static (int Task, Action Leave)? _raised;

    /// <summary>A used graph, kept forever: each new pass over it fails.</summary>
    private static readonly Lazy<Tensor> UsedGraph = new(() =>
    {
        var (loss, _) = SmallGraph([1]);
        loss.backward();
        return loss;
    });

    /// <summary>Raises torch's own "backward through the graph a second time".</summary>
    public static void SecondTime() => Raise(() => Backward(UsedGraph.Value.Handle));

    /// <summary>Raises torch's own "modified by an inplace operation".</summary>
    /// <param name="message">The message of torch when the saved tensors were requested.</param>
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

    /// <summary>Raises an error that torch does not have. Its message is that of a missing file, followed by ours.</summary>
    /// <param name="message">The description of the error.</param>
    public static void Failed(string message) => Raise(() => LoadTensor(message));

    /// <summary>Tells whether this backward pass has already failed, in this node or in another one.</summary>
    public static bool IsRaised => _raised is { } raised && raised.Task == (GraphTask.Id ?? -1);

    /// <summary>Stores the message of a failed pass again, after native calls that may have removed it.</summary>
    public static void Repeat()
    {
        if (IsRaised)
            _raised!.Value.Leave();
    }

    private static void Raise(Action leave)
    {
        // The first error matters: later ones may be its consequences.
        if (!IsRaised)
            _raised = (GraphTask.Id ?? -1, leave);
        _raised!.Value.Leave();
    }

    /// <summary>Creates a sum of products, whose backward pass needs the factor. Both live outside of all dispose scopes.</summary>
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
