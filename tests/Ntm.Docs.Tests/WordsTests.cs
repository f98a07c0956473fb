using System.Text.RegularExpressions;

namespace Ntm.Docs.Tests;

/// <summary>Comments, messages and documents avoid turns of phrase that stop readers.</summary>
public class WordsTests
{
    private static readonly string[] Folders = ["benchmarks", "samples", "src", "tests", "tools"];

    private static readonly string[] Patterns = ["*.cs", "*.cu", "*.md", "*.py"];

    /// <summary>These are not read: the list and its tests.</summary>
    private static readonly string[] Left = ["tests/Ntm.Docs.Tests/Words.cs", "tests/Ntm.Docs.Tests/WordsTests.cs"];

    [Fact]
    public void No_file_has_a_phrase_to_avoid()
    {
        var files = Files().ToList();
        Assert.True(files.Count > 500, $"found only {files.Count} files");
        var faults = files.SelectMany(file => Words.FaultsOf(Documents.NameOf(file), File.ReadAllText(file))).ToList();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [InlineData("/// <summary>A part\n/// of one's\n/// own.</summary>", "a.cs:2: 'one's /// own'; better: custom; for a first program, 'your'")]
    [InlineData("Both give the\nsame bits.", "a.cs:2: 'same bits'; better: bit-identical")]
    [InlineData("/// <summary>\n/// What a backward pass returns.\n/// </summary>",
        "a.cs:1: '<summary> /// What'; better: a noun ('The gradients that ...'), or a verb for a method ('Computes ...', 'Returns ...')")]
    [InlineData("A training that Goes on.", "a.cs:1: 'Goes on'; better: resumes; continues; happens")]
    public void A_phrase_to_avoid_is_found(string text, string fault) => Assert.Equal([fault], Words.FaultsOf("a.cs", text));

    [Theory]
    [InlineData("The state goes into the cell once.")]
    [InlineData("/// <summary>Whether the model is fast.</summary>")]
    [InlineData("// Somewhat in the same order: bits of a manynamed word.")]
    [InlineData("/// <summary>Assigns whatever is needed.</summary>")]
    public void Other_words_are_not(string text) => Assert.Empty(Words.FaultsOf("a.cs", text));

    /// <summary>A pattern that matches nothing would let its phrase pass.</summary>
    [Fact]
    public void Every_pattern_finds_something() =>
        Assert.All(Words.ToAvoid, words => Assert.NotEmpty(Words.FaultsOf("a.cs", Example(words.Phrase))));

    private static IEnumerable<string> Files() =>
        Documents.All().Concat(Folders.SelectMany(folder => Patterns.SelectMany(p => Sources.Files(folder, p))))
            .Distinct().Where(file => !Left.Any(left => Documents.NameOf(file).StartsWith(left, StringComparison.Ordinal)));

    /// <summary>Returns a text that a phrase matches: the first of its alternatives.</summary>
    private static string Example(string phrase) =>
        Regex.Replace(phrase, @"\((\w*)[^)]*\)", "$1").Replace("\\w*", "", StringComparison.Ordinal).Replace("?", "", StringComparison.Ordinal);
}
