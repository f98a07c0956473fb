using Ntm.Core;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Brackets;

/// <summary>
/// Reads a text of brackets character by character and predicts the depth after each: an embedding, an <see cref="NtmCell"/> in
/// place of an LSTM cell, and a linear layer over its output and the embedding, trained together.
/// </summary>
internal sealed class BracketReader : nn.Module<Tensor, Tensor>
{
    private const int Features = 8;
    private const int CellOutputs = 16;

    [ComponentName(Name = "embedding")] private readonly Embedding _embedding = nn.Embedding(BracketText.Characters, Features);
    [ComponentName(Name = "cell")] private readonly NtmCell _cell;
    [ComponentName(Name = "output")] private readonly Linear _output = nn.Linear(CellOutputs + Features, BracketText.Depths);

    public BracketReader(int seed)
        : base(nameof(BracketReader))
    {
        var options = new NtmOptions { InputSize = Features, OutputSize = CellOutputs, ControllerSize = 24, MemoryLocations = 12, MemoryWidth = 6 };
        _cell = new NtmCell(options, seed: seed) { Threads = 1 };
        RegisterComponents();
    }

    /// <param name="text">The characters as numbers, <c>[T, B]</c>.</param>
    /// <returns>Logits of the depths, <c>[T, B, Depths]</c>.</returns>
    public override Tensor forward(Tensor text)
    {
        var state = _cell.InitialState(text.size(1));
        var logits = new List<Tensor>();
        foreach (var character in text.unbind(0))
        {
            var features = _embedding.forward(character);
            (var seen, state) = _cell.forward(features, state);
            logits.Add(_output.forward(cat([seen, features], 1)));
        }

        return stack(logits);
    }
}
