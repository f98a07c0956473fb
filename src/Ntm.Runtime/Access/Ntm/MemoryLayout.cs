namespace Ntm.Runtime.Access;

/// <summary>Converts between <c>[N, M]</c> and <c>[N / 16][M][16]</c>, whose padded locations are zero.</summary>
internal static unsafe class MemoryLayout
{
    private const int Block = NtmShape.Block;

    public static void ToBlocks(NtmShape shape, float* rows, float* blocks)
    {
        nint width = shape.Width;
        for (nint b = 0; b < shape.Blocks; b++, blocks += width * Block)
        {
            nint first = b * Block, count = Math.Min(Block, shape.Locations - first), m = 0;
            for (; count == Block && m < width && width >= 8; m += 8)
            {
                // The last columns overlap those before them.
                m = Math.Min(m, width - 8);
                Transpose8.Run(rows + first * width + m, width, blocks + m * Block, Block);
                Transpose8.Run(rows + (first + 8) * width + m, width, blocks + m * Block + 8, Block);
            }

            for (; m < width; m++)
                for (nint i = 0; i < Block; i++)
                    blocks[m * Block + i] = i < count ? rows[(first + i) * width + m] : 0;
        }
    }

    public static void FromBlocks(NtmShape shape, float* blocks, float* rows)
    {
        nint width = shape.Width;
        for (nint b = 0; b < shape.Blocks; b++, blocks += width * Block)
        {
            nint first = b * Block, count = Math.Min(Block, shape.Locations - first), m = 0;
            for (; count == Block && m < width && width >= 8; m += 8)
            {
                // The last columns overlap those before them.
                m = Math.Min(m, width - 8);
                Transpose8.Run(blocks + m * Block, Block, rows + first * width + m, width);
                Transpose8.Run(blocks + m * Block + 8, Block, rows + (first + 8) * width + m, width);
            }

            for (; m < width; m++)
                for (nint i = 0; i < count; i++)
                    rows[(first + i) * width + m] = blocks[m * Block + i];
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
