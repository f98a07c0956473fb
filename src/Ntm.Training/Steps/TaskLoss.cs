using System.Runtime.InteropServices;
using Ntm.Core;
using Ntm.Tasks;
using static TorchSharp.torch;

namespace Ntm.Training.Steps;

/// <summary>The loss of a task: built in, or a function.</summary>
internal sealed class TaskLoss(SequenceTask task)
{
    /// <summary>The built-in loss; with a function it only determines what is wrong.</summary>
    public LossKind Kind { get; } = task.Loss;

    /// <summary>The function; <see langword="null"/> for a built-in loss.</summary>
    public LossFunction? Function { get; } = task.LossFunction;

    /// <summary>The unit of costs.</summary>
    public string CostUnit => Function is null ? ReferenceLoss.Of(Kind).CostUnit : "loss";

    /// <summary>The name of wrong targets.</summary>
    public string WrongName => ReferenceLoss.Of(Kind).WrongName;

    /// <summary>Computes the mean loss of a batch as a tensor.</summary>
    /// <exception cref="InvalidOperationException">The function returned something other than one number.</exception>
    public Tensor Mean(Tensor logits, SequenceBatch batch)
    {
        if (Function is null)
            return SequenceLoss.Mean(logits, batch.Targets, batch.Mask, Kind);
        var loss = Function(logits, batch) ?? throw Bad("null");
        if (loss.numel() != 1 || !loss.is_floating_point())
            throw Bad($"a tensor of shape [{string.Join(", ", loss.shape)}] and type {loss.dtype}");
        return loss;
    }

    /// <summary>Computes the gradient of the function with respect to the logits.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="logits"><c>[T, B, O]</c></param>
    /// <param name="gradient">Receives the gradient, <c>[T, B, O]</c>.</param>
    /// <returns>The score of the batch.</returns>
    /// <exception cref="InvalidOperationException">The function returned something other than one number that depends on the logits.</exception>
    public SequenceScore Differentiate(BatchBuffer batch, ReadOnlySpan<float> logits, Span<float> gradient)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        var leaf = ToTensor(batch, logits).requires_grad_(true);
        var loss = Mean(leaf, batch.ToTensors());
        if (!loss.requires_grad)
            throw Bad("a number that does not depend on the logits by differentiable operations");
        loss.backward();
        // A logit that the loss does not depend on has no gradient.
        if (leaf.grad is { } slopes)
            MemoryMarshal.Cast<byte, float>(slopes.contiguous().bytes).CopyTo(gradient);
        return Score(batch, logits, loss);
    }

    /// <summary>Scores a batch by the function.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="logits"><c>[T, B, O]</c></param>
    public SequenceScore Score(BatchBuffer batch, ReadOnlySpan<float> logits)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return Score(batch, logits, Mean(ToTensor(batch, logits), batch.ToTensors()));
    }

    /// <summary>Scores a batch from its logits and the function's result.</summary>
    public SequenceScore Score(BatchBuffer batch, ReadOnlySpan<float> logits, Tensor loss) =>
        batch.Score(logits) with { Loss = Kind, LossSum = loss.detach().to(ScalarType.Float64).item<double>() * batch.BatchSize, IsOfFunction = true };

    /// <summary>Returns the logits of a batch, <c>[T, B, O]</c>, as a tensor on the CPU.</summary>
    public static Tensor ToTensor(BatchBuffer batch, ReadOnlySpan<float> logits) => tensor(
        logits.ToArray(), [batch.Steps, batch.BatchSize, batch.Task.OutputSize], dtype: ScalarType.Float32, device: CPU);

    private InvalidOperationException Bad(string found) => new(
        $"The {nameof(SequenceTask.LossFunction)} of the task {task.Name} returned {found}; expected one number, the mean loss per sequence.");
}
