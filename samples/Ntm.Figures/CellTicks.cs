namespace Ntm.Figures;

/// <summary>Chooses the cells of a numbered row that get labels.</summary>
internal static class CellTicks
{
    /// <summary>The multiples of the smallest nice whole number that keeps labels <paramref name="spacing"/> cells apart.</summary>
    public static IEnumerable<int> Of(int first, int count, double spacing)
    {
        int step = (int)NiceNumber.AtLeast(Math.Max(1, spacing));
        for (int cell = first + ((step - (first % step)) % step); cell < first + count; cell += step)
        {
            yield return cell;
        }
    }
}
