namespace Ntm.Training.Clipping;

/// <summary>Clips one element: multiplies it by <paramref name="Scale"/>, then limits it to plus and minus <paramref name="Bound"/>. The loop
/// over the elements does both in one pass.</summary>
internal readonly record struct ElementClip(float Scale, float Bound)
{
    public static ElementClip None => new(1, float.PositiveInfinity);
}
