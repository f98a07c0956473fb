using Ntm.Paper.Output;
using Ntm.Paper.Processes;
using Ntm.Paper.Runs;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Tests.Processes;

public class TrainingQueueTests
{
    /// <summary>A training of a reproduction in which everything is done.</summary>
    [Fact]
    public async Task Nothing_to_train_ends_at_once()
    {
        Assert.True(await TrainingQueue.RunAsync<SeedTraining>([], new Silent(), new Terminal(json: false), TestContext.Current.CancellationToken));
        Assert.Equal(1, TrainingQueue.AtOnce(0));
    }

    [Fact]
    public void As_many_run_at_once_as_there_are_cores() =>
        Assert.Equal(Environment.ProcessorCount, TrainingQueue.AtOnce(Environment.ProcessorCount + 1));

    private sealed class Silent : ISweepObserver<SeedTraining, TrainingSummary>
    {
        public void OnStart(SeedTraining trial) => throw new InvalidOperationException();

        public void OnWait(SeedTraining trial) => throw new InvalidOperationException();

        public void OnEnd(SeedTraining trial, TrialOutcome<TrainingSummary> outcome) => throw new InvalidOperationException();
    }
}
