using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Training.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using TorchAdam = TorchSharp.Modules.Adam;
using TorchSgd = TorchSharp.Modules.SGD;

namespace Ntm.Training.Tests.Optimizers;

/// <summary>Trainings with a torch optimizer that the caller creates.</summary>
public sealed class TorchOptimizerTests : IDisposable
{
    private const double Rate = 1e-2;

    // Models of a few numbers: torch's threads would only wait for each other.
    private readonly int _threads = get_num_threads();

    public TorchOptimizerTests() => set_num_threads(1);

    private static readonly Dictionary<string, (Func<IEnumerable<Parameter>, Optimizer> Torch, OptimizerOptions Ours)> Pairs = new()
    {
        ["sgd"] = (p => optim.SGD(p, Rate), new Sgd { LearningRate = Rate }),
        ["sgd with momentum and decay"] = (p => optim.SGD(p, Rate, momentum: 0.9, weight_decay: 0.01), new Sgd { LearningRate = Rate, Momentum = 0.9, WeightDecay = 0.01 }),
        ["adam"] = (p => optim.Adam(p, Rate), new Adam { LearningRate = Rate }),
        ["adamw"] = (p => optim.AdamW(p, Rate, weight_decay: 0.1), new AdamW { LearningRate = Rate, WeightDecay = 0.1 }),
        ["rmsprop"] = (p => optim.RMSProp(p, Rate, alpha: 0.95, eps: 1e-8, momentum: 0.9), new RmsProp { LearningRate = Rate, Alpha = 0.95, Momentum = 0.9, Epsilon = 1e-8 }),
    };

    private static readonly Dictionary<string, Func<IEnumerable<Parameter>, Optimizer>> All = new()
    {
        ["SGD"] = p => optim.SGD(p, Rate),
        ["SGD, momentum"] = p => optim.SGD(p, Rate, momentum: 0.9),
        ["Adam"] = p => optim.Adam(p, Rate),
        ["Adam, AMSGrad"] = p => optim.Adam(p, Rate, amsgrad: true),
        ["AdamW"] = p => optim.AdamW(p, Rate),
        ["RMSProp, centered"] = p => optim.RMSProp(p, Rate, momentum: 0.5, centered: true),
        ["Adagrad"] = p => optim.Adagrad(p, Rate),
        ["Adadelta"] = p => optim.Adadelta(p, Rate),
        ["Adamax"] = p => optim.Adamax(p, Rate),
        ["NAdam"] = p => optim.NAdam(p, Rate),
        ["RAdam"] = p => optim.RAdam(p, Rate),
        ["ASGD"] = p => optim.ASGD(p, Rate),
        ["Rprop"] = p => optim.Rprop(p, Rate),
    };

    public void Dispose() => set_num_threads(_threads);

    /// <summary>Both steps, each with arrays and with tensors.</summary>
    public static TheoryData<string, EngineKind, string, bool> Agreements
    {
        get
        {
            TheoryData<string, EngineKind, string, bool> data = [];
            foreach (var name in Pairs.Keys)
            {
                data.Add(name, EngineKind.Cpu, "value", false);
                data.Add(name, EngineKind.Cpu, "norm", true);
                data.Add(name, EngineKind.Reference, "norm", false);
            }

            data.Add("adam", EngineKind.Reference, "none", true);
            return data;
        }
    }

    public static TheoryData<string> Names => [.. All.Keys];

    private static TrainingOptions Options(Func<ISequenceModel, Optimizer>? create, Action<TrainingOptions>? change = null)
    {
        var options = new TrainingOptions
        {
            TorchOptimizer = create,
            Sequences = 120,
            BatchSize = 4,
            ReportInterval = 20,
            EvaluationInterval = 40,
            EvaluationSequences = 10,
            StopWhenSolved = false,
        };
        change?.Invoke(options);
        return options;
    }

    [Theory]
    [MemberData(nameof(Agreements))]
    public void It_trains_as_the_optimizer_of_the_same_formula_does(string name, EngineKind engine, string clipping, bool asTensors)
    {
        GradientClipping clip = clipping switch
        {
            // Both are below the gradients' size.
            "value" => new ClipByValue { ClipValue = 0.02 },
            "norm" => new ClipByNorm { MaxNorm = 0.05 },
            _ => new NoClipping(),
        };
        using var start = SmallMachine.Create();
        var before = SmallMachine.Values(start);
        var ours = Train(Options(null, o => (o.Optimizer, o.GradientClipping, o.Schedule) = (Pairs[name].Ours, clip, LearningRateSchedule.Cosine)));
        var torchs = Train(Options(m => Pairs[name].Torch(m.named_parameters().Select(p => p.parameter)), o => (o.GradientClipping, o.Schedule) = (clip, LearningRateSchedule.Cosine)));
        var moved = before.Zip(ours, (a, b) => Math.Abs(a - b)).Max();
        var different = ours.Zip(torchs, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(different <= 2e-3 * moved, $"the parameters move by {moved} and differ by {different}");
        Assert.True(moved > 1e-4, $"the parameters move by {moved} only");

        float[] Train(TrainingOptions options)
        {
            using var machine = SmallMachine.Create();
            machine.Engine = engine;
            new Trainer(machine, SmallMachine.Task, options) { UsesTensors = asTensors }.Train();
            Assert.Equal(engine, machine.EngineChoice.Engine);
            return SmallMachine.Values(machine);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_group_has_its_own_rate_which_the_schedule_multiplies(bool byScheduler)
    {
        using var machine = SmallMachine.CreateLstm();
        List<Parameter> parameters = [.. machine.named_parameters().Select(p => p.parameter)];
        Optimizer? made = null;
        var options = Options(
            _ => made = optim.SGD([new TorchSgd.ParamGroup(parameters[..2], lr: 0.1), new TorchSgd.ParamGroup(parameters[2..4], lr: 0), new TorchSgd.ParamGroup(parameters[4..^1], lr: 0.4)], 0.3),
            o =>
            {
                if (byScheduler)
                    o.Scheduler = optimizer => lr_scheduler.StepLR(optimizer, step_size: 10, gamma: 0.5);
                else
                    (o.Schedule, o.FinalRate) = (LearningRateSchedule.Linear, 0.2);
            });
        var before = parameters.ConvertAll(p => p.data<float>().ToArray());
        var trainer = new Trainer(machine, SmallMachine.Task, options);
        List<(double[] Rates, double Reported)> seen = [];
        trainer.Train(new Reports(r => seen.Add(([.. made!.ParamGroups.Select(g => g.LearningRate)], r.LearningRate))));

        // Reports come after 5, 10, ... of 30 updates, so the last of them began with sequence 16, 36, ... of 120.
        Assert.Equal(6, seen.Count);
        for (var i = 0; i < 6; i++)
        {
            var factor = byScheduler ? Math.Pow(0.5, (5 * i + 4) / 10) : 1 - 0.8 * (20 * i + 16) / 120.0;
            Assert.Equal([0.1 * factor, 0, 0.4 * factor], seen[i].Rates, (a, b) => Math.Abs(a - b) < 1e-12);
            Assert.Equal(0.1 * factor, seen[i].Reported, 1e-12);
        }

        // Groups with a rate move, those without and parameters in no group do not.
        for (var i = 0; i < parameters.Count; i++)
            Assert.Equal(i is 2 or 3 || i == parameters.Count - 1, before[i].AsSpan().SequenceEqual(parameters[i].data<float>().ToArray()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_interrupted_training_ends_in_the_same_bits(string name)
    {
        using var whole = new TemporaryFolder();
        var expected = Run(whole, 0);
        foreach (var interruption in (int[])[1, 3])
        {
            using var folder = new TemporaryFolder();
            var actual = Run(folder, interruption);
            Assert.Equal(expected.Values, actual.Values);
            Assert.Equal(expected.Result.Evaluations, actual.Result.Evaluations);
        }

        (float[] Values, TrainingResult Result) Run(TemporaryFolder folder, int interruption)
        {
            var options = Options(m => All[name](m.named_parameters().Select(p => p.parameter)), o =>
            {
                o.Schedule = LearningRateSchedule.Cosine;
                o.Checkpoints = new CheckpointOptions { Folder = folder.Path, Interval = 40, Minutes = 0 };
            });
            using (var machine = Machine(1))
            {
                var trainer = new Trainer(machine, SmallMachine.Task, options);
                if (interruption == 0)
                {
                    var result = trainer.Train();
                    return (SmallMachine.Values(machine), result);
                }

                using var stop = new CancellationTokenSource();
                var points = 0;
                Assert.Equal(TrainingOutcome.Cancelled, trainer.Train(new Reports(_ =>
                {
                    if (++points == interruption)
                        stop.Cancel();
                }), stop.Token).Outcome);
            }

            // Other initial weights, so that everything must come from the checkpoint.
            using var other = Machine(9);
            var resumed = new Trainer(other, SmallMachine.Task, options).Resume(new CheckpointFolder(folder.Path).LoadNewest()!);
            return (SmallMachine.Values(other), resumed);
        }

        static NeuralTuringMachine Machine(int seed)
        {
            var machine = SmallMachine.Create(seed);
            machine.Engine = EngineKind.Cpu;
            return machine;
        }
    }

    [Fact]
    public void A_checkpoint_is_refused_by_a_training_with_another_optimizer_and_nothing_is_changed()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        void WithCheckpoints(TrainingOptions o) => o.Checkpoints = new CheckpointOptions { Folder = folder.Path };
        new Trainer(model, new EchoTask(), Options(m => optim.Adam(Parameters(m), Rate), WithCheckpoints)).Train();
        var checkpoint = new CheckpointFolder(folder.Path).LoadNewest()!;
        var before = model.Values();

        AssertRefused(m => optim.AdamW(Parameters(m), Rate), "torch's Adam, 3 parameters at 0.01", "torch's AdamW, 3 parameters at 0.01");
        AssertRefused(m => optim.Adam(Parameters(m), 0.02), "at 0.01", "at 0.02");
        AssertRefused(m => optim.Adam(Parameters(m), Rate, beta1: 0.8), "fingerprint", "fingerprint");
        AssertRefused(m => optim.Adam(Parameters(m).Reverse(), Rate), "fingerprint", "fingerprint");
        AssertRefused(m => optim.Adam(Parameters(m).Take(2), Rate), "3 parameters", "2 parameters");
        AssertRefused(null, "torch's Adam", "rmsprop of this library");
        Assert.Equal(TrainingOutcome.Completed, new Trainer(model, new EchoTask(), Options(m => optim.Adam(Parameters(m), Rate), WithCheckpoints)).Resume(checkpoint).Outcome);

        void AssertRefused(Func<ISequenceModel, Optimizer>? create, params string[] texts)
        {
            var message = Assert.Throws<CheckpointException>(() => new Trainer(model, new EchoTask(), Options(create, WithCheckpoints)).Resume(checkpoint)).Message;
            Assert.All(texts, text => Assert.Contains(text, message, StringComparison.Ordinal));
            Assert.Equal(before, model.Values());
        }
    }

    [Fact]
    public void What_is_no_optimizer_of_the_models_parameters_is_refused_before_training()
    {
        using var model = new LinearModel();
        using var other = new LinearModel();
        AssertRefused(_ => null!, "made null");
        AssertRefused(m => optim.LBFGS(Parameters(m)), "LBFGS");
        AssertRefused(_ => optim.Adam(Parameters(other)), "the model does not have");
        AssertRefused(_ => optim.Adam(Array.Empty<Parameter>()), "without");
        AssertRefused(m => optim.SGD([new TorchSgd.ParamGroup(Parameters(m), lr: 0.1), new TorchSgd.ParamGroup(Parameters(m).Take(1), lr: 0.1)], 0.1), "weight twice");
        AssertRefused(m => optim.SGD(Parameters(m), double.NaN), "NaN");
        Assert.Empty(model.Training);
        Assert.Contains("Optimizer is adam", Assert.Throws<OptionsValidationException>(
            () => new Trainer(model, new EchoTask(), Options(m => optim.Adam(Parameters(m)), o => o.Optimizer = new Adam()))).Message, StringComparison.Ordinal);

        void AssertRefused(Func<ISequenceModel, Optimizer> create, string text) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(() => new Trainer(model, new EchoTask(), Options(create)).Train()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_optimizer_without_a_state_to_save_trains_and_has_no_checkpoints()
    {
        using var model = new LinearModel();
        using var folder = new TemporaryFolder();
        var message = Assert.Throws<InvalidOperationException>(() => new Trainer(
            model, new EchoTask(), Options(m => new SignDescent(Parameters(m)), o => o.Checkpoints = new CheckpointOptions { Folder = folder["checkpoints"] })).Train()).Message;
        Assert.Contains("SignDescent, whose state cannot be saved", message, StringComparison.Ordinal);
        Assert.Empty(model.Training);
        Assert.False(Directory.Exists(folder["checkpoints"]));

        new Trainer(model, new EchoTask(), Options(m => new SignDescent(Parameters(m)), o => o.GradientClipping = new NoClipping())).Train();
        // 30 steps of an eighth, up or down, from a quarter.
        Assert.Equal(Math.Round(8 * model.Values()[0]), 8 * model.Values()[0], 1e-6);
        Assert.NotEqual(0.25f, model.Values()[0]);
    }

    [Fact]
    public void Each_training_makes_an_optimizer_and_disposes_it_and_leaves_the_parameters()
    {
        using var model = new LinearModel();
        List<Optimizer> made = [];
        var trainer = new Trainer(model, new EchoTask(), Options(m =>
        {
            made.Add(optim.Adam(Parameters(m), Rate));
            return made[^1];
        }));
        trainer.Train();
        trainer.Train();
        Assert.Equal(2, made.Distinct().Count());
        Assert.All(model.Values(), v => Assert.True(float.IsFinite(v)));
        Assert.All(model.named_parameters(), p => Assert.Null(p.parameter.grad));
    }

    [Fact]
    public void A_training_that_returns_from_a_divergence_restores_the_optimizer_and_lowers_all_rates()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        Optimizer? made = null;
        var diverge = true;
        model.OnForward = m => m.NanAfter = diverge && m.Training.Count > 20 ? 0 : int.MaxValue;
        var options = Options(
            m => made = optim.SGD([new TorchSgd.ParamGroup(Parameters(m).Take(1), lr: 0.1), new TorchSgd.ParamGroup(Parameters(m).Skip(1), lr: 0.2)], 0.1, momentum: 0.9),
            o =>
            {
                o.OnDivergence = DivergencePolicy.LowerRate;
                o.Checkpoints = new CheckpointOptions { Folder = folder.Path, Interval = 20, Minutes = 0 };
            });
        var trainer = new Trainer(model, new EchoTask(), options);
        trainer.Observers.Add(new Recorder((call, _) => diverge &= !call.StartsWith("rolled back", StringComparison.Ordinal)));
        Assert.Equal(TrainingOutcome.Completed, trainer.Train().Outcome);
        Assert.False(diverge);
        Assert.Equal([0.05, 0.1], made!.ParamGroups.Select(g => g.LearningRate));
    }

    private static IEnumerable<Parameter> Parameters(ISequenceModel model) => model.named_parameters().Select(p => p.parameter);

    /// <summary>A custom optimizer without anything to save: steps of an eighth against the gradient's sign.</summary>
    private sealed class SignDescent : Optimizer
    {
        private readonly List<Parameter> _all;

        public SignDescent(IEnumerable<Parameter> parameters)
            : base(IntPtr.Zero)
        {
            _all = [.. parameters];
            _parameter_groups = [new TorchAdam.ParamGroup(_all, new TorchAdam.Options { LearningRate = 0.125 })];
        }

        public override Tensor step(Func<Tensor>? closure = null)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            foreach (var parameter in _all)
                parameter.sub_(parameter.grad!.sign() * _parameter_groups[0].LearningRate);
            return null!;
        }
    }
}
