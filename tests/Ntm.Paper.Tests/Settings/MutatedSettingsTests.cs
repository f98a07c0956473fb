using System.Text.Json.Nodes;
using Ntm.Paper.Settings;
using Ntm.Tests.Shared;

namespace Ntm.Paper.Tests.Settings;

/// <summary>Damaged settings give a clear error that names the file, quickly, and are left as they are.</summary>
public class MutatedSettingsTests
{
    private const int Mutations = 2_000;
    private const long MostBytes = 100_000_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Damaged_settings_are_refused_by_name(bool resume)
    {
        var path = Path.GetTempFileName();
        try
        {
            var original = System.Text.Encoding.UTF8.GetBytes(SettingsJson.Write(SettingsResolver.Resolve("copy", null, [])));
            File.WriteAllBytes(path, original);
            Assert.False(IsRefused(path, resume));
            var random = new Random(1410);
            var refused = 0;
            for (var i = 0; i < Mutations; i++)
            {
                var damaged = FileMutations.Mutate(original, random);
                File.WriteAllBytes(path, damaged);
                refused += IsRefused(path, resume) ? 1 : 0;
                Assert.Equal(damaged, File.ReadAllBytes(path));
            }

            Assert.InRange(refused, Mutations / 2, Mutations);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static bool IsRefused(string path, bool resume)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        UsageException? refused = null;
        try
        {
            _ = resume
                ? SettingsResolver.Resume(SettingsJson.ReadFile(path, "--resume"), path, null, new JsonObject())
                : SettingsResolver.Resolve("copy", path, new JsonObject());
        }
        catch (UsageException e)
        {
            // Anything else ends the test.
            refused = e;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        return refused is not null;
    }
}
