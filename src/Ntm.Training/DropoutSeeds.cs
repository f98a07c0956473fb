using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>
/// Sets the dropout masks of a model's cells before every batch, by the training's seed and the number of the batch's first sequence, which checkpoints
/// have. So a resumed training has the masks of one that was not interrupted.
/// </summary>
/// <param name="modules">The model's modules.</param>
/// <param name="seed">The training's seed.</param>
internal sealed class DropoutSeeds(IEnumerable<nn.Module> modules, int seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private readonly NtmCell[] _cells = [.. modules.OfType<NtmCell>().Where(cell => cell.Options.Dropout > 0)];

    /// <summary>Moves every cell to the masks of a batch.</summary>
    /// <param name="sequence">The number of the batch's first sequence in the training.</param>
    public void MoveTo(long sequence)
    {
        // Several cells have unrelated masks.
        for (var i = 0; i < _cells.Length; i++)
            _cells[i].DropoutPosition = new DropoutPosition(unchecked(SequenceSeeds.Training(seed) ^ (Golden * (ulong)i)), sequence);
    }
}
