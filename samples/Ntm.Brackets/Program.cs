// Trains a custom model around an NtmCell to follow the nesting depth of brackets, and tests it on longer texts than those of the training.
//
//     dotnet run -c Release --project samples/Ntm.Brackets [-- STEPS]
using System.Globalization;
using Ntm.Brackets;
using TorchSharp;
using static TorchSharp.torch;

const int Length = 20;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not ([] or [_]) || !int.TryParse(args.FirstOrDefault() ?? "150", NumberStyles.None, null, out var steps) || steps < 1)
{
    Console.Error.WriteLine($"The arguments are '{string.Join(' ', args)}'; expected nothing, or a number of training steps of at least 1.");
    return 2;
}

// On a model this small, threads that wait for each other cost more than they save.
set_num_threads(1);
random.manual_seed(1);
using var model = new BracketReader(seed: 1);
using var optimizer = optim.Adam(model.parameters(), lr: 1e-2);
var texts = new Random(1);
for (var step = 1; step <= steps; step++)
{
    using var scope = NewDisposeScope();
    var (text, depth) = BracketText.Draw(texts, Length, batchSize: 16);
    using var loss = nn.functional.cross_entropy(model.forward(text).flatten(0, 1), depth.flatten());
    optimizer.zero_grad();
    loss.backward();
    nn.utils.clip_grad_norm_(model.parameters(), 10);
    optimizer.step();
    if (step % 50 == 0 || step == steps)
        Console.WriteLine($"step {step}: loss {loss.ToSingle():F3}");
}

foreach (var length in (int[])[Length, 3 * Length])
    Console.WriteLine($"texts of {length}: {100 * Right(new Random(2), length):F1} % of the depths right");
return 0;

double Right(Random random, int length)
{
    using var scope = NewDisposeScope();
    using var noGrad = no_grad();
    var (text, depth) = BracketText.Draw(random, length, batchSize: 100);
    return model.forward(text).argmax(2).eq(depth).to(float64).mean().ToDouble();
}
