using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Ntm.Training;

/// <summary>
/// The learning rates of one of torch's schedulers, stepped once with every update. It changes the rates of a separate optimizer, whose
/// parameters are not used. Stepping as often reaches the same state again, so only the number of updates is saved.
/// </summary>
internal sealed class TorchScheduler : IDisposable
{
    private readonly Parameter[] _unused;
    private readonly Optimizer _optimizer;
    private readonly lr_scheduler.LRScheduler _scheduler;
    private long _updates;

    /// <param name="create">Creates the scheduler for an optimizer.</param>
    /// <param name="learningRates">The learning rate of each group of parameters at the start; at least one.</param>
    public TorchScheduler(Func<Optimizer, lr_scheduler.LRScheduler> create, IReadOnlyList<double> learningRates)
    {
        _unused = [.. learningRates.Select(_ => new Parameter(zeros(1, dtype: ScalarType.Float32, device: CPU)))];
        _optimizer = SGD([.. _unused.Zip(learningRates, (parameter, rate) => new SGD.ParamGroup([parameter], lr: rate))], learningRates[0]);
        _scheduler = create(_optimizer) ?? throw new ArgumentException($"{nameof(TrainingOptions)}.{nameof(TrainingOptions.Scheduler)} made null; expected a scheduler.");
    }

    /// <summary>Returns the learning rate of an update; call it in the order of the updates.</summary>
    /// <param name="updates">The number of updates before it.</param>
    /// <param name="group">The number of the group of parameters.</param>
    /// <exception cref="InvalidOperationException">The scheduler gave a rate that is negative or not finite.</exception>
    public double Rate(long updates, int group = 0)
    {
        for (; _updates < updates; _updates++)
            _scheduler.step();
        var rate = _optimizer.ParamGroups.ElementAt(group).LearningRate;
        return double.IsFinite(rate) && rate >= 0
            ? rate
            : throw new InvalidOperationException($"{nameof(TrainingOptions)}.{nameof(TrainingOptions.Scheduler)} gave the learning rate {rate} after {updates} updates; expected a finite one of 0 or more.");
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (var parameter in _unused)
            parameter.Dispose();
    }
}
