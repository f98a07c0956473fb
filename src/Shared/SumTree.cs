namespace Ntm.Shared;

/// <summary>
/// The order in which numbered parts are added: a binary tree whose leaves are the parts. Part <c>i</c> takes in part <c>i + 1</c> if <c>i</c> is a multiple
/// of 2, then <c>i + 2</c> if it is a multiple of 4, and so on, until part 0 has everything. Sums of floats in this order are bit-identical wherever
/// the parts are: who has the parts of a range can add those that the tree joins inside the range (<see cref="IsRoot"/>), and another the rest.
/// </summary>
internal static class SumTree
{
    /// <summary>Returns the first part of a share.</summary>
    /// <param name="parts">The number of parts.</param>
    /// <param name="share">The number of the share, 0 to <paramref name="shares"/>; the last one ends where that one begins.</param>
    /// <param name="shares">The number of shares.</param>
    public static int StartOfShare(int parts, int share, int shares) => (int)(((long)parts * share + shares - 1) / shares);

    /// <summary>Returns whether a part takes in the part <paramref name="stride"/> after it, inside of a range that has both completely.</summary>
    /// <param name="part">The part, a multiple of twice the stride.</param>
    /// <param name="stride">A power of 2.</param>
    /// <param name="first">The first part of the range.</param>
    /// <param name="end">The part after the range.</param>
    /// <param name="parts">The number of parts.</param>
    public static bool Joins(int part, int stride, int first, int end, int parts) =>
        part >= first && part + stride < parts && Math.Min(part + 2L * stride, parts) <= end;

    /// <summary>Returns whether a part of a range is still there when the range was added as far as possible.</summary>
    /// <param name="part">The part.</param>
    /// <param name="first">The first part of the range.</param>
    /// <param name="end">The part after the range.</param>
    /// <param name="parts">The number of parts.</param>
    public static bool IsRoot(int part, int first, int end, int parts)
    {
        var stride = part & -part;
        return part == 0 || !Joins(part - stride, stride, first, end, parts);
    }

    /// <summary>Returns the first part of a range that may take in another one at a stride.</summary>
    /// <param name="first">The first part of the range.</param>
    /// <param name="stride">A power of 2.</param>
    public static int FirstAt(int first, int stride) => (int)((first + 2L * stride - 1) / (2L * stride) * (2L * stride));
}
