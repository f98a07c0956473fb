using System.Diagnostics;

namespace Ntm.Tests.Shared;

/// <summary>
/// Gives a reader thousands of damaged files. It must read each or refuse it with the one exception whose message names the file; in
/// time, with little memory, and without changing it.
/// </summary>
internal static class DamagedFiles
{
    /// <summary>Damaged files of each kind.</summary>
    public const int Count = 2_000;

    private const long MostBytes = 100_000_000;

    /// <summary>Damages one file again and again.</summary>
    /// <param name="file">The file, whole; it is deleted in the end.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="least">How many must be refused at the least.</param>
    public static void AreRefusedOrRead<TException>(string file, Action<string> read, int least)
        where TException : Exception
    {
        var original = File.ReadAllBytes(file);
        AreRefusedOrRead<TException>(file, random => File.WriteAllBytes(file, FileMutations.Mutate(original, random)), read, least);
    }

    /// <summary>Does the same if damaging takes more than changing bytes.</summary>
    public static void AreRefusedOrRead<TException>(string file, Action<Random> damage, Action<string> read, int least)
        where TException : Exception
    {
        var random = new Random(1410);
        var (start, refused) = (Stopwatch.GetTimestamp(), 0);
        read(file);
        for (var i = 0; i < Count; i++)
        {
            damage(random);
            var damaged = File.ReadAllBytes(file);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(file);
            }
            catch (TException e)
            {
                // Anything else ends the test.
                Assert.Contains(file, e.Message, StringComparison.Ordinal);
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
            Assert.Equal(damaged, File.ReadAllBytes(file));
        }

        File.Delete(file);
        Assert.InRange(refused, least, Count);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(120));
    }
}
