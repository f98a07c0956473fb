using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ntm.Runtime.Engine;

/// <summary>Transposes blocks of 8 rows and 8 columns.</summary>
internal static unsafe class Transpose8
{
    /// <param name="source">The first element of the source.</param>
    /// <param name="sourceRow">The distance between its rows.</param>
    /// <param name="target">The first element of the target.</param>
    /// <param name="targetRow">The distance between its rows.</param>
    public static void Run(float* source, nint sourceRow, float* target, nint targetRow)
    {
        if (!Avx.IsSupported)
        {
            for (var r = 0; r < 8; r++)
                for (var c = 0; c < 8; c++)
                    target[c * targetRow + r] = source[r * sourceRow + c];
            return;
        }

        var r0 = Vector256.Load(source);
        var r1 = Vector256.Load(source + sourceRow);
        var r2 = Vector256.Load(source + 2 * sourceRow);
        var r3 = Vector256.Load(source + 3 * sourceRow);
        var r4 = Vector256.Load(source + 4 * sourceRow);
        var r5 = Vector256.Load(source + 5 * sourceRow);
        var r6 = Vector256.Load(source + 6 * sourceRow);
        var r7 = Vector256.Load(source + 7 * sourceRow);
        var (a0, a1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (a2, a3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        var (a4, a5) = (Avx.UnpackLow(r4, r5), Avx.UnpackHigh(r4, r5));
        var (a6, a7) = (Avx.UnpackLow(r6, r7), Avx.UnpackHigh(r6, r7));
        var (b0, b1) = (Avx.Shuffle(a0, a2, 0x44), Avx.Shuffle(a0, a2, 0xEE));
        var (b2, b3) = (Avx.Shuffle(a1, a3, 0x44), Avx.Shuffle(a1, a3, 0xEE));
        var (b4, b5) = (Avx.Shuffle(a4, a6, 0x44), Avx.Shuffle(a4, a6, 0xEE));
        var (b6, b7) = (Avx.Shuffle(a5, a7, 0x44), Avx.Shuffle(a5, a7, 0xEE));
        Avx.Permute2x128(b0, b4, 0x20).Store(target);
        Avx.Permute2x128(b1, b5, 0x20).Store(target + targetRow);
        Avx.Permute2x128(b2, b6, 0x20).Store(target + 2 * targetRow);
        Avx.Permute2x128(b3, b7, 0x20).Store(target + 3 * targetRow);
        Avx.Permute2x128(b0, b4, 0x31).Store(target + 4 * targetRow);
        Avx.Permute2x128(b1, b5, 0x31).Store(target + 5 * targetRow);
        Avx.Permute2x128(b2, b6, 0x31).Store(target + 6 * targetRow);
        Avx.Permute2x128(b3, b7, 0x31).Store(target + 7 * targetRow);
    }
}
