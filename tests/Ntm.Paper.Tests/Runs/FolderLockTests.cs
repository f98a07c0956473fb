using Ntm.Paper.Runs;

namespace Ntm.Paper.Tests.Runs;

public sealed class FolderLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-lock-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_is_one_processs_and_is_left_as_it_was()
    {
        Assert.False(FolderLock.IsTaken(_folder));
        using (FolderLock.Take(_folder))
        {
            Assert.True(FolderLock.IsTaken(_folder));
            Assert.Contains(_folder, Assert.Throws<FolderBusyException>(() => FolderLock.Take(_folder)).Message, StringComparison.Ordinal);
        }

        Assert.False(FolderLock.IsTaken(_folder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    /// <summary>The lock of a killed process is free.</summary>
    [Fact]
    public void A_file_that_is_left_over_locks_nothing()
    {
        File.WriteAllText(Path.Combine(_folder, ".lock"), "");
        Assert.False(FolderLock.IsTaken(_folder));
        FolderLock.Take(_folder).Dispose();
    }

    /// <summary>Giving back deletes the file, so that somebody may lock one that has no name any more.</summary>
    [Fact]
    public async Task However_often_it_changes_hands_it_is_one_processs()
    {
        var (holders, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 300; i++)
            {
                try
                {
                    using var held = FolderLock.Take(_folder);
                    most = Math.Max(most, Interlocked.Increment(ref holders));
                    Thread.SpinWait(2000);
                    Interlocked.Decrement(ref holders);
                }
                catch (FolderBusyException)
                {
                    // The others were faster, five times.
                }
            }
        })));
        Assert.Equal(1, most);
    }
}
