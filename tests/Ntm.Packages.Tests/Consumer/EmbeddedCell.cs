using Ntm.Core;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Consumer;

/// <summary>A custom model: a linear layer, a cell, and training of both.</summary>
internal sealed class EmbeddedCell : nn.Module<Tensor, Tensor>
{
    private readonly Linear _embed = nn.Linear(3, 6);
    private readonly NtmCell _cell = new(new NtmOptions { InputSize = 6, OutputSize = 1, ControllerSize = 16, MemoryLocations = 8, MemoryWidth = 4 }, seed: 1);

    private EmbeddedCell()
        : base(nameof(EmbeddedCell)) => RegisterComponents();

    public override Tensor forward(Tensor inputs)
    {
        var state = _cell.InitialState(inputs.size(1));
        var logits = new List<Tensor>();
        foreach (var x in inputs.unbind(0))
        {
            (var y, state) = _cell.forward(_embed.forward(x), state);
            logits.Add(y);
        }

        return stack(logits);
    }

    public static int Run()
    {
        random.manual_seed(1);
        using var model = new EmbeddedCell();
        using var optimizer = optim.Adam(model.parameters(), lr: 1e-2);
        double first = 0, last = 0;
        for (var i = 0; i < 60; i++)
        {
            using var scope = NewDisposeScope();
            // Whether the first channel was on in the step before.
            var inputs = rand(6, 8, 3).round();
            var targets = cat([zeros(1, 8, 1), inputs.narrow(2, 0, 1).narrow(0, 0, 5)], 0);
            var loss = nn.functional.binary_cross_entropy_with_logits(model.forward(inputs), targets);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            last = loss.ToDouble();
            if (i == 0)
                first = last;
        }

        var names = model.named_parameters().Select(p => p.name).ToList();
        Console.WriteLine($"loss {first:F3} then {last:F3}, {names.Count(n => n.StartsWith("_embed"))} and {names.Count(n => n.StartsWith("_cell"))} parameters");
        return 0;
    }
}
