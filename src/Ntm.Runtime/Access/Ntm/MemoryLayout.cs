namespace Ntm.Runtime.Access;

/// <summary>Converts between <c>[N, M]</c> and <c>[N / 16][M][16]</c>, whose padded locations are zero.</summary>
internal static unsafe class MemoryLayout
{
    private const int Block = NtmShape.Block;

    public static void ToBlocks(NtmShape shape, float* rows, float* blocks)
    {
        for (nint i = 0; i < shape.LocationsPadded; i++)
        {
            var target = blocks + i / Block * shape.Width * Block + i % Block;
            for (nint m = 0; m < shape.Width; m++)
                target[m * Block] = i < shape.Locations ? rows[i * shape.Width + m] : 0;
        }
    }

    public static void FromBlocks(NtmShape shape, float* blocks, float* rows)
    {
        for (nint i = 0; i < shape.Locations; i++)
        {
            var source = blocks + i / Block * shape.Width * Block + i % Block;
            for (nint m = 0; m < shape.Width; m++)
                rows[i * shape.Width + m] = source[m * Block];
        }
    }

    /// <summary>Fills every location with the same value.</summary>
    public static void Fill(NtmShape shape, float value, float* blocks)
    {
        for (nint b = 0; b < shape.Blocks; b++)
        {
            var count = (int)Math.Min(Block, shape.Locations - b * Block);
            for (nint m = 0; m < shape.Width; m++)
            {
                var target = new Span<float>(blocks + (b * shape.Width + m) * Block, Block);
                target[..count].Fill(value);
                target[count..].Clear();
            }
        }
    }
}
