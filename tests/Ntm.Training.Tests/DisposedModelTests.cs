using Ntm.Core;
using Ntm.Training.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training.Tests;

/// <summary>A model that another thread disposes while it is trained or evaluated: an exception, and no access to freed memory.</summary>
public class DisposedModelTests
{
    public static TheoryData<bool> Tensors => [false, true];

    /// <summary>Disposed after it has computed its logits: only the trainer's own code follows.</summary>
    [Theory]
    [MemberData(nameof(Tensors))]
    public void Within_an_iteration_the_training_ends_with_an_exception(bool asTensors)
    {
        using var folder = new TemporaryFolder();
        using var model = new FragileModel { DisposeInCall = 4 };
        var options = Options();
        options.Checkpoints = new CheckpointOptions { Folder = folder.Path, Interval = 16, Minutes = 0 };
        Assert.Throws<ObjectDisposedException>(() => new Trainer(model, new EchoTask(), options) { UsesTensors = asTensors }.Train());
        // Checkpoints from before are complete, and there are none from after.
        var checkpoint = new CheckpointFolder(folder.Path).LoadNewest(Assert.Fail)!;
        Assert.Equal(16, checkpoint.SequencesSeen);
        using var other = new FragileModel();
        Assert.Equal(TrainingOutcome.Completed, new Trainer(other, new EchoTask(), options) { UsesTensors = asTensors }.Resume(checkpoint).Outcome);
    }

    /// <summary>The model no longer lists the parameters of a disposed part.</summary>
    [Fact]
    public void A_model_with_a_disposed_part_is_neither_trained_nor_evaluated()
    {
        using var machine = new NeuralTuringMachine(new NtmOptions { InputSize = 1, OutputSize = 1, ControllerSize = 4, MemoryLocations = 5, MemoryWidth = 3 }, seed: 1);
        machine.Cell.Controller.Dispose();
        Assert.Throws<ObjectDisposedException>(() => new Trainer(machine, new EchoTask(), Options()).Train());
        Assert.Throws<ObjectDisposedException>(() => Evaluator.Evaluate(machine, new EchoTask(), sequences: 10));
    }

    [Fact]
    public void Who_cancels_a_training_whose_model_is_gone_hears_nothing_of_it()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        using var model = new FragileModel { DisposeInCall = 4, Then = stop.Cancel };
        var options = Options();
        options.Checkpoints = new CheckpointOptions { Folder = folder.Path, Interval = 16, Minutes = 0 };
        Assert.Throws<ObjectDisposedException>(() => new Trainer(model, new EchoTask(), options).Train(cancellationToken: stop.Token));
        Assert.True(stop.IsCancellationRequested);
        Assert.Equal(16, new CheckpointFolder(folder.Path).LoadNewest(Assert.Fail)!.SequencesSeen);
    }

    [Fact]
    public void Within_a_batch_the_evaluation_ends_with_an_exception()
    {
        using var model = new FragileModel { DisposeInCall = 2 };
        Assert.Throws<ObjectDisposedException>(() => Evaluator.Evaluate(model, new EchoTask(), sequences: 100, batchSize: 10));
        Assert.Equal(2, model.Calls);
    }

    [Fact]
    public void An_evaluation_within_a_training_ends_it_as_well()
    {
        using var model = new FragileModel { DisposeInCall = 3 };
        var options = Options();
        options.EvaluationInterval = 16;
        Assert.Throws<ObjectDisposedException>(() => new Trainer(model, new EchoTask(), options).Train());
    }

    [Fact]
    public void A_model_that_was_disposed_before_is_refused()
    {
        foreach (var model in (ISequenceModel[])[new FragileModel(), SmallMachine.Create(), SmallMachine.CreateLstm()])
        {
            ((IDisposable)model).Dispose();
            var task = model is FragileModel ? new EchoTask() : (Ntm.Tasks.SequenceTask)SmallMachine.Task;
            Assert.Throws<ObjectDisposedException>(() => new Trainer(model, task).Train());
            Assert.Throws<ObjectDisposedException>(() => Evaluator.Evaluate(model, task));
        }
    }

    /// <summary>Most of the time goes into updates of 16 MB, which libc gives back to the system as soon as they are freed.</summary>
    [Theory]
    [MemberData(nameof(Tensors))]
    public void At_any_moment_the_parameters_memory_stays_until_the_update_is_done(bool asTensors)
    {
        for (var round = 0; round < 10; round++)
        {
            using var model = new FragileModel(ballast: 1 << 22);
            using var isRunning = new ManualResetEventSlim();
            model.Then = isRunning.Set;
            var options = Options();
            (options.Sequences, options.BatchSize) = (1_000_000, 1);
            var delay = TimeSpan.FromMilliseconds(3 + 7 * round);
            var disposing = new Thread(() =>
            {
                isRunning.Wait();
                Thread.Sleep(delay);
                model.Dispose();
            });
            disposing.Start();
            Assert.Throws<ObjectDisposedException>(() => new Trainer(model, new EchoTask(), options) { UsesTensors = asTensors }.Train());
            disposing.Join();
        }
    }

    private static TrainingOptions Options() => new()
    {
        BatchSize = 8,
        Sequences = 80,
        EvaluationInterval = 0,
        StopWhenSolved = false,
        Optimizer = new Adam(),
    };

    /// <summary>
    /// <c>w x</c>, computed by a separate handle, so that no call of the model itself can fail; and a large parameter that has no part in it. On
    /// another thread it disposes itself within a call.
    /// </summary>
    private sealed class FragileModel : nn.Module, ISequenceModel
    {
        private readonly Parameter weight = new(full(1, 0.25, dtype: float32));
        private readonly Tensor _own;

        public FragileModel(int ballast = 1)
            : base(nameof(FragileModel))
        {
            RegisterComponents();
            register_parameter("ballast", new Parameter(ones(ballast, dtype: float32)));
            _own = weight.contiguous().DetachFromDisposeScope();
        }

        public int InputSize => 1;

        public int OutputSize => 1;

        public int Calls { get; private set; }

        public int DisposeInCall { get; init; }

        public Action Then { get; set; } = () => { };

        public Tensor Logits(Tensor inputs)
        {
            var logits = inputs * _own;
            if (++Calls == DisposeInCall)
            {
                var thread = new Thread(Dispose);
                thread.Start();
                thread.Join();
            }

            if (DisposeInCall == 0 || Calls == DisposeInCall)
                Then();
            return logits;
        }
    }
}
