using static TorchSharp.torch;

namespace Ntm.Brackets;

/// <summary>Draws random texts of brackets and letters, with the depth of each character.</summary>
internal static class BracketText
{
    /// <summary>An opening bracket, a closing one, a letter.</summary>
    public const int Characters = 3;

    /// <summary>The number of depths, from 0 to the deepest.</summary>
    public const int Depths = 6;

    /// <summary>Draws a batch.</summary>
    /// <param name="random">The source of randomness.</param>
    /// <param name="length">The number of characters of a text, <c>T</c>.</param>
    /// <param name="batchSize">The number of texts, <c>B</c>.</param>
    /// <returns>The texts and the depths, each <c>[T, B]</c>.</returns>
    public static (Tensor Text, Tensor Depth) Draw(Random random, int length, int batchSize)
    {
        var (text, depth) = (new long[length, batchSize], new long[length, batchSize]);
        for (var b = 0; b < batchSize; b++)
        {
            var now = 0;
            for (var t = 0; t < length; t++)
            {
                var character = random.Next(Characters);
                // A bracket that would go too deep, or below depth 0, is replaced by a letter.
                if ((character == 0 && now == Depths - 1) || (character == 1 && now == 0))
                    character = 2;
                now += character switch { 0 => 1, 1 => -1, _ => 0 };
                (text[t, b], depth[t, b]) = (character, now);
            }
        }

        return (tensor(text), tensor(depth));
    }
}
