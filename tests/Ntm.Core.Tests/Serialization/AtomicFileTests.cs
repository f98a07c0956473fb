using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Ntm.Core.Serialization;

namespace Ntm.Core.Tests.Serialization;

public sealed class AtomicFileTests : IDisposable
{
    private const string Name = "file.bin";

    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.File(Name);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Creates_a_file()
    {
        AtomicFile.Write(Target, Writing("new"));
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Equal([Name], _folder.Names);
    }

    [Fact]
    public void Replaces_a_file_by_a_shorter_one()
    {
        File.WriteAllText(Target, "a long old content");
        AtomicFile.Write(Target, Writing("new"));
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Equal([Name], _folder.Names);
    }

    [Fact]
    public void The_writer_may_dispose_the_stream()
    {
        AtomicFile.Write(Target, stream =>
        {
            using var writer = new StreamWriter(stream);
            writer.Write("text");
        });
        Assert.Equal("text", File.ReadAllText(Target));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(1_000_000)]
    public void A_writer_that_fails_leaves_the_old_file_and_nothing_else(int bytesBefore)
    {
        File.WriteAllText(Target, "old");
        void Fail(Stream stream)
        {
            stream.Write(new byte[bytesBefore]);
            throw new InvalidOperationException("as planned");
        }

        Assert.Equal("as planned", Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Target, Fail)).Message);
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Name], _folder.Names);
    }

    [Fact]
    public void A_writer_that_fails_on_a_new_file_leaves_nothing()
    {
        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(Target, _ => throw new OperationCanceledException()));
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void The_old_file_is_whole_until_the_writer_is_done()
    {
        File.WriteAllText(Target, "old");
        AtomicFile.Write(Target, stream =>
        {
            Writing("new")(stream);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(Target));
        });
        Assert.Equal("new", File.ReadAllText(Target));
    }

    [Fact]
    public void A_target_that_becomes_a_directory_meanwhile_is_reported_and_nothing_is_left()
    {
        Exception e = Assert.ThrowsAny<Exception>(() => AtomicFile.Write(Target, _ => Directory.CreateDirectory(Target)));
        Assert.True(e is IOException or UnauthorizedAccessException, e.ToString());
        Assert.Equal([Name], _folder.Names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/missing/../")]
    public void A_directory_is_refused_before_anything_is_written(string suffix)
    {
        void Write() => AtomicFile.Write(_folder.Path + suffix, _ => Assert.Fail("called"));
        Assert.Contains(_folder.Path, Assert.Throws<IOException>(Write).Message);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        string path = _folder.File("missing/file.bin");
        Assert.Contains(path, Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(path, Writing("new"))).Message);
    }

    [Fact]
    public void An_empty_path_is_refused() => Assert.Throws<ArgumentException>(() => AtomicFile.Write("", Writing("new")));

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_may_not_be_written_is_named_and_its_file_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no read-only folders.");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Root may write everywhere.");
        File.WriteAllText(Target, "old");
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Exception e = Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.Write(Target, Writing("new")));
            Assert.Contains(Target, e.Message);
            Assert.Equal("old", File.ReadAllText(Target));
        }
        finally
        {
            File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_relative_path_counts_from_the_current_directory()
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, Target);
        Assert.False(Path.IsPathRooted(relative));
        AtomicFile.Write(relative, Writing("new"));
        Assert.Equal("new", File.ReadAllText(Target));
    }

    [Fact]
    public void A_name_of_the_longest_length_can_be_written()
    {
        string name = new string('é', 127) + "x";
        AtomicFile.Write(_folder.File(name), Writing("new"));
        Assert.Equal([name], _folder.Names);
    }

    [Fact]
    public void A_link_stays_and_its_target_is_replaced()
    {
        Directory.CreateDirectory(_folder.File("store"));
        File.WriteAllText(_folder.File("store/blob"), "old");
        File.CreateSymbolicLink(_folder.File("store/alias"), "blob");
        File.CreateSymbolicLink(Target, "store/alias");

        AtomicFile.Write(Target, Writing("new"));
        Assert.Equal("new", File.ReadAllText(_folder.File("store/blob")));
        Assert.Equal("store/alias", new FileInfo(Target).LinkTarget);
        Assert.Equal("blob", new FileInfo(_folder.File("store/alias")).LinkTarget);
        Assert.Equal(3, Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Length - 1);
    }

    [Fact]
    public void A_link_to_nothing_creates_its_target()
    {
        File.CreateSymbolicLink(Target, _folder.File("later"));
        AtomicFile.Write(Target, Writing("new"));
        Assert.Equal("new", File.ReadAllText(_folder.File("later")));
        Assert.Equal(["file.bin", "later"], _folder.Names);
    }

    [Fact]
    public void A_relative_link_counts_from_where_it_really_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere .NET resolves links, and does it by their text.");
        Directory.CreateDirectory(_folder.File("deep/real"));
        Directory.CreateSymbolicLink(_folder.File("shortcut"), "deep/real");
        File.CreateSymbolicLink(_folder.File("deep/real/link"), "../file");

        AtomicFile.Write(_folder.File("shortcut/link"), Writing("new"));
        Assert.Equal("new", File.ReadAllText(_folder.File("deep/file")));
        Assert.Equal("new", File.ReadAllText(_folder.File("shortcut/link")));
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(Target, "other");
        File.CreateSymbolicLink(_folder.File("other"), Name);
        Assert.Throws<IOException>(() => AtomicFile.Write(Target, Writing("new")));
        Assert.Equal([Name, "other"], _folder.Names);
    }

    [Theory]
    [InlineData("/")]
    [InlineData(".")]
    [InlineData("..")]
    public void A_link_to_a_directory_is_refused(string link)
    {
        Directory.CreateSymbolicLink(Target, link);
        Assert.Throws<IOException>(() => AtomicFile.Write(Target, Writing("new")));
        Assert.Equal([Name], _folder.Names);
    }

    [Fact]
    public void A_socket_is_not_replaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked what a path leads to.");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Target));
        Assert.Contains(Target, Assert.Throws<IOException>(() => AtomicFile.Write(Target, Writing("new"))).Message);
        Assert.Equal([Name], _folder.Names);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_replaced_file_keeps_its_permissions()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix permissions.");
        File.WriteAllText(Target, "old");
        File.WriteAllText(_folder.File("plain"), "");
        AtomicFile.Write(_folder.File("new"), Writing("new"));
        Assert.Equal(File.GetUnixFileMode(_folder.File("plain")), File.GetUnixFileMode(_folder.File("new")));

        File.SetUnixFileMode(Target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFile.Write(Target, Writing("new"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
    }

    [Fact]
    public async Task Readers_meet_one_whole_content_or_the_other()
    {
        string[] contents = [new string('a', 100_000), new string('b', 70_000)];
        AtomicFile.Write(Target, Writing(contents[0]));
        Task writing = Task.Run(
            () =>
            {
                for (int i = 1; i <= 100; i++)
                    AtomicFile.Write(Target, Writing(contents[i % 2]));
            },
            TestContext.Current.CancellationToken);
        int reads = 0;
        do
        {
            Assert.Contains(File.ReadAllText(Target), contents);
            reads++;
        }
        while (!writing.IsCompleted);

        await writing;
        Assert.True(reads > 1);
        Assert.Equal([Name], _folder.Names);
    }

    // Names of a stranger's files, some near ours; "mydata.20240101.csv.tmp" has the form that ours had once.
    private static readonly string[] OfOthers =
    [
        "model.safetensors", "notes.tmp", "mydata.20240101.csv.tmp", "model.safetensors.abc.tmp", "file.bin.abcdefgh.ijk.tmp", "file.bin.ntm-abcdefgh.tmp",
        "file.bin.ntm-abcdefghijkl.tmp", "file.bin.ntm-ABCDEFGHIJK.tmp", "file.bin.ntm-abcdefghijk.tmp.txt", ".ntm-abcdefghijk.tmp",
    ];

    [Fact]
    public void Leftovers_of_killed_writers_go_and_nothing_else()
    {
        string[] leftovers = ["model.safetensors.ntm-abcdefghijk.tmp", "file.bin.ntm-01234567890.tmp"];
        foreach (string name in (string[])[.. OfOthers, .. leftovers])
            File.WriteAllText(_folder.File(name), "");
        AtomicFile.DeleteLeftovers(_folder.Path);
        Assert.Equal(OfOthers.Order(), _folder.Names);
    }

    [Fact]
    public void A_write_deletes_what_killed_writers_of_its_target_left_and_nothing_else()
    {
        string[] kept = [.. OfOthers, "other.bin.ntm-abcdefghijk.tmp", "my file.bin.ntm-abcdefghijk.tmp"];
        foreach (string name in (string[])[.. kept, "file.bin.ntm-abcdefghijk.tmp", "file.bin.ntm-01234567890.tmp"])
            File.WriteAllText(_folder.File(name), "");
        AtomicFile.Write(Target, Writing("new"));
        Assert.Equal(kept.Append(Name).Order(), _folder.Names);
    }

    [Fact]
    public void A_killed_writer_of_a_target_with_a_long_name_leaves_nothing_for_long_either()
    {
        string target = _folder.File(new string('x', 250));
        string? temporary = null;
        AtomicFile.Write(target, _ => temporary = Directory.EnumerateFiles(_folder.Path).Single());
        File.WriteAllText(temporary!, "");
        AtomicFile.Write(target, Writing("new"));
        Assert.Equal([Path.GetFileName(target)], _folder.Names);
    }

    [Fact]
    public void What_is_being_written_is_no_leftover()
    {
        AtomicFile.Write(Target, stream =>
        {
            Writing("first")(stream);
            stream.Flush();
            AtomicFile.DeleteLeftovers(_folder.Path);
            AtomicFile.Write(Target, Writing("second"));
            Assert.Equal(2, _folder.Names.Count());
        });
        Assert.Equal("first", File.ReadAllText(Target));
        Assert.Equal([Name], _folder.Names);
    }

    [Fact]
    public void A_writer_that_has_closed_its_stream_is_not_taken_for_dead()
    {
        AtomicFile.Write(Target, stream =>
        {
            Writing("first")(stream);
            stream.Dispose();
            AtomicFile.DeleteLeftovers(_folder.Path);
        });
        Assert.Equal("first", File.ReadAllText(Target));
    }

    [Fact]
    public void A_pipe_or_a_link_with_a_leftovers_name_is_left_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked what a path leads to.");
        File.WriteAllText(_folder.File("precious"), "kept");
        File.CreateSymbolicLink(_folder.File("file.bin.ntm-abcdefghijk.tmp"), _folder.File("precious"));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.File("file.bin.ntm-abcdefghij0.tmp")));
        AtomicFile.Write(Target, Writing("new"));
        Assert.Equal("kept", File.ReadAllText(_folder.File("precious")));
        Assert.Equal(4, _folder.Names.Count());
    }

    [Fact]
    public async Task Writers_and_who_sweeps_do_not_disturb_each_other()
    {
        var token = TestContext.Current.CancellationToken;
        bool ended = false;
        Task[] sweepers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(
            () =>
            {
                while (!Volatile.Read(ref ended))
                    AtomicFile.DeleteLeftovers(_folder.Path);
            },
            token))];
        for (int i = 0; i < 300; i++)
            AtomicFile.Write(Target, Writing($"content {i}"));
        Volatile.Write(ref ended, true);
        await Task.WhenAll(sweepers);
        Assert.Equal("content 299", File.ReadAllText(Target));
        Assert.Equal([Name], _folder.Names);
    }

    [Fact]
    public async Task Of_several_writers_one_wins_whole()
    {
        string[] contents = [.. Enumerable.Range(0, 4).Select(i => new string((char)('a' + i), 50_000 + i))];
        await Task.WhenAll(contents.Select(content => Task.Run(
            () =>
            {
                for (int i = 0; i < 10; i++)
                    AtomicFile.Write(Target, Writing(content));
            },
            TestContext.Current.CancellationToken)));
        Assert.Contains(File.ReadAllText(Target), contents);
        Assert.Equal([Name], _folder.Names);
    }

    private static Action<Stream> Writing(string content) => stream => stream.Write(Encoding.UTF8.GetBytes(content));
}
