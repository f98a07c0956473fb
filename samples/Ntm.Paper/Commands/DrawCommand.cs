namespace Ntm.Paper.Commands;

internal static class DrawCommand
{
    public static Command Create() => new("draw", "x");
}
