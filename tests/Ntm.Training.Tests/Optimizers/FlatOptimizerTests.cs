using Ntm.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Optimizers;

/// <summary>Properties of every optimizer, by CPU vectors and by torch operations.</summary>
public sealed class FlatOptimizerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string, bool> Paths => new MatrixTheoryData<string, bool>(OptimizerOptions.Names, [false, true]);

    public static TheoryData<string> Names => [.. OptimizerOptions.Names];

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_gradient_is_left_as_it_is_and_steps_are_counted(string name, bool asTensors)
    {
        var model = new OptimizerRuns.TestParameters(asTensors);
        using var optimizer = OptimizerOptions.Create(name).CreateFor(model.Flat);
        var gradient = OptimizerRuns.Gradients(3).First();
        var copy = gradient.ToArray();
        optimizer.Update(model.Flat, gradient, 1e-3, new ClipByValue { ClipValue = 0.1 });
        optimizer.Update(model.Flat, gradient, 1e-3, new ClipByValue { ClipValue = 0.1 });
        Assert.Equal(copy, gradient);
        Assert.Equal(2, optimizer.Step);
        using var onDevice = tensor(gradient);
        optimizer.Update(model.Flat, new FlatGradient(onDevice), 1e-3, new ClipByValue { ClipValue = 0.1 });
        Assert.Equal(copy, onDevice.data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void State_goes_from_vectors_to_tensors_and_back_without_a_change(string name, bool asTensors)
    {
        var options = OptimizerOptions.Create(name);
        OptimizerRuns.TestParameters first = new(asTensors), second = new(!asTensors), third = new(asTensors);
        using FlatOptimizer one = options.CreateFor(first.Flat), two = options.CreateFor(second.Flat), three = options.CreateFor(third.Flat);
        var clipping = new ClipByValue { ClipValue = 0.5 };
        var gradients = OptimizerRuns.Gradients(1).Take(6).ToList();
        foreach (var gradient in gradients[..5])
            one.Update(first.Flat, gradient, 1e-3, clipping);
        two.Restore(one.Step, one.State);
        three.Restore(two.Step, two.State);
        Assert.All(one.State.Zip(three.State), p => Assert.Equal(p.First, p.Second));
        Assert.All(one.State, s => Assert.Contains(s, x => x != 0));
        using (no_grad())
            foreach (var (from, to) in first.All.Zip(third.All))
                to.copy_(from);
        one.Update(first.Flat, gradients[5], 1e-3, clipping);
        three.Update(third.Flat, gradients[5], 1e-3, clipping);
        Assert.Equal(first.Values(), third.Values());
    }

    /// <summary>The meta device has shapes and no memory: reading a value, as the CPU vectors do, would fail here.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void An_update_elsewhere_than_on_the_cpu_looks_at_no_value(string name)
    {
        var model = new OptimizerRuns.TestParameters(device: META);
        Assert.True(model.Flat.AsTensors);
        using var optimizer = OptimizerOptions.Create(name).CreateFor(model.Flat);
        using var gradient = zeros(model.Flat.Count, device: META);
        optimizer.Update(model.Flat, new FlatGradient(gradient), 1e-3, new ClipByValue { ClipValue = 0.1 });
        optimizer.Restore(3, [.. Enumerable.Range(0, 3).Select(_ => new float[model.Flat.Count])]);
        Assert.Equal(3, optimizer.Step);
        Assert.ThrowsAny<Exception>(() => model.Flat.Values(0).ToArray());
    }

    [Fact]
    public void Parameters_on_two_devices_are_refused_by_name()
    {
        var model = new OptimizerRuns.TestParameters();
        model.All[2] = new Parameter(zeros(3, device: META));
        var error = Assert.Throws<ArgumentException>(() => new FlatParameters(model));
        Assert.Contains("p2", error.Message, StringComparison.Ordinal);
        Assert.Contains("meta", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Ten steps: only rounding differs.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Vectors_and_tensors_make_the_same_steps(string name)
    {
        OptimizerRuns.TestParameters vectors = new(), tensors = new(asTensors: true);
        var options = OptimizerOptions.Create(name);
        using FlatOptimizer one = options.CreateFor(vectors.Flat), two = options.CreateFor(tensors.Flat);
        foreach (var gradient in OptimizerRuns.Gradients(1).Take(10))
        {
            one.Update(vectors.Flat, gradient, 1e-2, new NoClipping());
            two.Update(tensors.Flat, gradient, 1e-2, new NoClipping());
        }

        Assert.NotEqual(new OptimizerRuns.TestParameters().Values(), vectors.Values());
        OptimizerRuns.Close([.. vectors.Values().Select(v => (double)v)], tensors.Values());
    }

    [Fact]
    public void An_optimizer_is_made_by_its_name()
    {
        Assert.All(OptimizerOptions.Names, name => Assert.Equal(name, OptimizerOptions.Create(name).Name));
        Assert.Equal(OptimizerOptions.Names.Count, typeof(OptimizerOptions).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(OptimizerOptions))));
        Assert.NotSame(OptimizerOptions.Create("adam"), OptimizerOptions.Create("adam"));
        var error = Assert.Throws<ArgumentException>(() => OptimizerOptions.Create("lion"));
        Assert.StartsWith("name is 'lion'; expected one of graves-rmsprop, rmsprop, adam", error.Message, StringComparison.Ordinal);
    }
}
