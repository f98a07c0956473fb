using Ntm.Paper.Commands;
using Ntm.Paper.Help;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Commands;

/// <summary>Messages for a mistyped command line.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("trian", "'trian' is no command; did you mean 'train'?")]
    [InlineData("Evaluate", "'Evaluate' is no command; did you mean 'evaluate'?")]
    [InlineData("xyzzy", "'xyzzy' is no command.")]
    [InlineData("--verison", "'--verison' is no option of the program; did you mean '--version'?")]
    [InlineData("train copy --batch_size 3", "'--batch_size' is no option of 'train'; did you mean '--batch-size'?")]
    [InlineData("train copy --batchsize=3", "'--batchsize' is no option of 'train'; did you mean '--batch-size'?")]
    [InlineData("evaluate copy --lenght 3", "'--lenght' is no option of 'evaluate'; did you mean '--length'?")]
    [InlineData("evaluate copy --vebrose", "'--vebrose' is no option of 'evaluate'; did you mean '--verbose'?")]
    [InlineData("evaluate copy --colour blue", "'--colour' is no option of 'evaluate'.")]
    [InlineData("evaluate copy another", "'another' is one word too many for 'evaluate'.")]
    [InlineData("evaluate copy --length abc", "--length is 'abc'; it must be a whole number.")]
    [InlineData("evaluate copy --length 99999999999", "--length is 99999999999; it must be at most 1000000.")]
    [InlineData("evaluate copy --json=abc", "'abc' is one word too many for 'evaluate'.")]
    [InlineData("@rec", "'@rec' is no command.")]
    public void It_is_said_once_with_what_was_perhaps_meant(string arguments, string expected) =>
        Assert.Equal(expected, Assert.Single(CommandLine.Errors(CommandLine.Parse(PaperProgram.Create(out _), arguments.Split(' ')))));

    [Theory]
    [InlineData("trian", "train", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("same", "same", 0)]
    public void Distances_count_what_was_mistyped(string left, string right, int distance) => Assert.Equal(distance, Suggestion.Distance(left, right));

    /// <summary>A file of arguments that names itself would be read until the stack ends.</summary>
    [Fact]
    public async Task An_argument_with_an_at_sign_is_an_argument()
    {
        var folder = Directory.CreateTempSubdirectory("ntm-at-");
        try
        {
            var file = Path.Combine(folder.FullName, "rec");
            File.WriteAllText(file, $"@{file}");
            var result = (await PaperProcess.RunAsync($"@{file}")).ExpectExit(2);
            Assert.Contains($"'@{file}' is no command.", result.Error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Help_for_a_command_that_there_is_not_is_wrong_usage()
    {
        var result = (await PaperProcess.RunAsync("trian", "--help")).ExpectExit(2);
        Assert.Contains("did you mean 'train'?", result.Error);
        Assert.Empty(result.Output);
        (await PaperProcess.RunAsync("train", "--batch_size", "--help")).ExpectExit(0);
    }
}
