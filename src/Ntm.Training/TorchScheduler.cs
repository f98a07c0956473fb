using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Ntm.Training;

/// <summary>
/// The learning rates of one of torch's schedulers, stepped once with every update. It changes the rate of a separate optimizer, whose
/// parameter is not used. Stepping as often reaches the same state again, so only the number of updates is saved.
/// </summary>
internal sealed class TorchScheduler : IDisposable
{
    private readonly Parameter _unused = new(zeros(1, dtype: ScalarType.Float32, device: CPU));
    private readonly Optimizer _optimizer;
    private readonly lr_scheduler.LRScheduler _scheduler;
    private long _updates;

    public TorchScheduler(Func<Optimizer, lr_scheduler.LRScheduler> create, double learningRate)
    {
        _optimizer = SGD([_unused], learningRate);
        _scheduler = create(_optimizer) ?? throw new ArgumentException($"{nameof(TrainingOptions)}.{nameof(TrainingOptions.Scheduler)} made null; expected a scheduler.");
    }

    /// <summary>Returns the learning rate of an update; call it in the order of the updates.</summary>
    /// <param name="updates">The number of updates before it.</param>
    /// <exception cref="InvalidOperationException">The scheduler gave a rate that is negative or not finite.</exception>
    public double Rate(long updates)
    {
        for (; _updates < updates; _updates++)
            _scheduler.step();
        var rate = _optimizer.ParamGroups.First().LearningRate;
        return double.IsFinite(rate) && rate >= 0
            ? rate
            : throw new InvalidOperationException($"{nameof(TrainingOptions)}.{nameof(TrainingOptions.Scheduler)} gave the learning rate {rate} after {updates} updates; expected a finite one of 0 or more.");
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _unused.Dispose();
    }
}
