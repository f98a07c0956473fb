namespace Ntm.Training.Clipping;

/// <summary>Clipping of one element: multiplied by <paramref name="Scale"/>, then limited to plus and minus <paramref name="Bound"/>. The loop
/// over the elements does both in one pass.</summary>
internal readonly record struct ElementClip(float Scale, float Bound)
{
    public static ElementClip None => new(1, float.PositiveInfinity);
}
