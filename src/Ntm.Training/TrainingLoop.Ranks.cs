using Ntm.Training.Distributed;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <content>The decisions that all ranks of a training make together. A single process makes them alone.</content>
internal sealed partial class TrainingLoop
{
    private readonly Ranks? _ranks;
    private bool _isCancelled;

    /// <summary>Whether observers may have ended the training since the ranks last agreed. All ranks have the same value.</summary>
    private bool _mustAgree = true;

    private bool IsFirst => _ranks?.IsFirst != false;

    /// <summary>The settings that must be equal on all ranks.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings(TrainingCheckpoint? checkpoint) =>
        LaunchSettings.Of(_model, _modes.Modules, _task, _options, _step.Description, _optimizer.Description, checkpoint);

    private RankRequests Requests(CancellationToken cancellationToken) =>
        (cancellationToken.IsCancellationRequested ? RankRequests.Cancel : 0) | (IsFirst && _context.StopReason is not null ? RankRequests.Stop : 0);

    /// <summary>Gives the weights of rank 0 to all ranks.</summary>
    private void ShareStart()
    {
        if (_ranks is null)
            return;
        if (_step.PartsOf(_options.BatchSize) is var parts && parts < _ranks.Size)
            _log.Idle(_ranks.Size, _ranks.Size - parts, _options.BatchSize, parts);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var tensor in WeightHash.Tensors(_model))
        {
            var values = tensor.detach().cpu().contiguous();
            _ranks.Exchange.Broadcast(values.bytes);
            tensor.copy_(values);
        }

        ThrowIfDifferent();
    }

    /// <summary>Compares the loss of a few sequences, which shows settings of custom models.</summary>
    /// <exception cref="ExchangeException">The ranks compute different losses from the same weights.</exception>
    private void ThrowIfDifferent()
    {
        const int Few = 2;
        var score = Evaluator.Evaluate(_model, _task, SequenceSeeds.Training(_options.Seed), 0, Few, Few, CancellationToken.None);
        var losses = new double[_ranks!.Size];
        _ranks.Gather<double>([score.LossSum], losses, _ => 1);
        if (Array.FindIndex(losses, loss => !loss.Equals(losses[0])) is var rank && rank > 0)
        {
            throw new ExchangeException(FormattableString.Invariant(
                $"Rank {rank} computes the loss {losses[rank]:R} of the first sequences, and rank 0 {losses[0]:R} from the same weights; expected the same model, engine and libraries on all ranks."));
        }
    }

    /// <summary>Decides whether the training was cancelled or stopped. Requests during an update come with its scores; those of observers are
    /// exchanged when they were called.</summary>
    private void Agree(CancellationToken cancellationToken)
    {
        if (_ranks is null)
        {
            _isCancelled = cancellationToken.IsCancellationRequested;
            return;
        }

        if (_mustAgree)
        {
            _ranks.Own = Requests(cancellationToken);
            _ranks.ShareRequests();
        }

        _mustAgree = false;
        _isCancelled = _ranks.All.HasFlag(RankRequests.Cancel);
        if (_ranks.All.HasFlag(RankRequests.Stop))
            _context.Stop(_ranks.TextOfFirst(_context.StopReason));
    }

    /// <exception cref="ExchangeException">The ranks have different weights.</exception>
    private void ThrowIfApart()
    {
        if (_ranks is null)
            return;
        var hashes = _ranks.Gather(WeightHash.Of(_model));
        if (Array.FindIndex(hashes, h => h != hashes[0]) is var rank && rank > 0)
        {
            throw new ExchangeException(
                $"After {_seen} sequences rank {rank} has other weights than rank 0; expected processors and libraries that compute the same, and observers that do not change the model.");
        }
    }

    private TrainingCheckpoint? CheckpointForRollback()
    {
        var checkpoint = _checkpoints?.LoadForRollback();
        if (_ranks is null)
            return checkpoint;
        var bytes = _ranks.FromFirst(checkpoint is null ? null : File.ReadAllBytes(checkpoint.Path));
        if (bytes is null || IsFirst)
            return checkpoint;
        // The folder may be on another machine.
        var file = Path.Combine(Path.GetTempPath(), $"ntm-rollback-{Guid.NewGuid():N}.safetensors");
        try
        {
            File.WriteAllBytes(file, bytes);
            return TrainingCheckpoint.Load(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
