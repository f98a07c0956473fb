namespace Ntm.Runtime.Access;

/// <summary>
/// An array over the locations with a margin on either side that continues it around the circle, so that a shift is a load from
/// another address.
/// </summary>
internal static unsafe class Ring
{
    /// <summary>The number of floats before the first location.</summary>
    public static int Margin(int shiftRange) => Round.Up(shiftRange, 8);

    /// <summary>The number of floats that a ring needs.</summary>
    public static int Length(int locationsPadded, int shiftRange) => locationsPadded + 2 * Margin(shiftRange) + 8;

    /// <summary>Fills the margins; floats that are neither location nor margin become zero.</summary>
    public static void Close(float* first, int locations, int locationsPadded, int shiftRange)
    {
        for (var s = 0; s < shiftRange; s++)
            first[locations + s] = first[s];
        for (var i = locations + shiftRange; i < locationsPadded + shiftRange; i++)
            first[i] = 0;
        for (var s = 1; s <= shiftRange; s++)
            first[-s] = first[locations - s];
    }
}
