using System.Diagnostics;
using Ntm.Paper.Output;

namespace Ntm.Paper.Tests.Output;

public sealed class ShellWordTests
{
    [Theory]
    [InlineData("runs/copy", "runs/copy")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("", "''")]
    [InlineData("$HOME;~", "'$HOME;~'")]
    public void A_word_is_quoted_where_it_has_to_be(string word, string expected) => Assert.Equal(expected, ShellWord.Quote(word));

    [Fact]
    public void A_path_is_no_option() => Assert.Equal("./-x", ShellWord.Path("-x"));

    [Fact]
    public async Task A_shell_reads_what_was_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no POSIX shell.");
        string[] words = ["a b", "it's", "\"", "$HOME", "`ls`", "*", "~", "a\nb", "#", "\\", "é"];
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"printf '%s\\000' {ShellWord.Join(words)}"]) { RedirectStandardOutput = true })!;
        Assert.Equal(string.Concat(words.Select(w => w + '\0')), await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }
}
