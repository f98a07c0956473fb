namespace Ntm.Runtime.Engine;

internal static class Round
{
    /// <summary>Returns the next multiple.</summary>
    public static int Up(int value, int multiple) => checked((value + multiple - 1) / multiple * multiple);
}
