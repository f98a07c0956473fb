using System.Runtime.CompilerServices;

namespace Ntm.Runtime.Dropout;

/// <summary>
/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011): a function from a counter of 128 bits and a key of 64 bits to 128 random
/// bits. It has no state, so any thread and any engine computes any of its numbers. <c>Dropout.cu</c> has the same function.
/// </summary>
internal static class Philox
{
    private const uint FirstFactor = 0xD2511F53;
    private const uint SecondFactor = 0xCD9E8D57;
    private const uint FirstWeyl = 0x9E3779B9;
    private const uint SecondWeyl = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>Returns the four words of a counter, the lowest first.</summary>
    /// <param name="counter">The counter's words, the lowest first.</param>
    /// <param name="key">The key.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint W0, uint W1, uint W2, uint W3) Block((uint C0, uint C1, uint C2, uint C3) counter, ulong key)
    {
        var (c0, c1, c2, c3) = counter;
        var (first, second) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var low = (ulong)c0 * FirstFactor;
            var high = (ulong)c2 * SecondFactor;
            (c0, c1, c2, c3) = ((uint)(high >> 32) ^ c1 ^ first, (uint)high, (uint)(low >> 32) ^ c3 ^ second, (uint)low);
            first += FirstWeyl;
            second += SecondWeyl;
        }

        return (c0, c1, c2, c3);
    }
}
