using System.Text.RegularExpressions;

namespace Ntm.Docs.Tests;

/// <summary>A turn of phrase that stops readers, with a better one.</summary>
/// <param name="Phrase">A regular expression, in lower case. A blank also matches a line break within a comment.</param>
/// <param name="Better">The replacement.</param>
internal sealed record Words(string Phrase, string Better)
{
    /// <summary>The phrases to avoid.</summary>
    public static IReadOnlyList<Words> ToAvoid { get; } =
    [
        new("one's own", "custom; for a first program, 'your'"),
        new("whoever", "users; callers; 'if a caller ...'"),
        new("carr(y|ies) on", "contribute; continue"),
        new("looks? on", "observes; receives callbacks"),
        new("wants? to know of", "needs"),
        new("(go|goes|going|gone|went) on", "resumes; continues; happens"),
        new("same bits", "bit-identical"),
        new("as it stood", "the saved state"),
        new("as (it|they) stands?", "unchanged"),
        new("as (it|they) now (is|are)", "in its current state"),
        new("anew", "again; start over; generated"),
        new("(is|are|was|were|not) wanted", "requested; needed"),
        new("asked for", "requested; required"),
        new("if any, belongs to", "'Outputs are logits: apply the sigmoid in the loss'"),
        new("texts that are saved", "application metadata"),
        new("(tell|tells|telling|told) of", "reports; prints"),
        new("many a", "many"),
        new("his inputs", "the inputs"),
        new("none but", "only"),
        new("not looked at", "ignored"),
        new("as a rule", "usually"),
        new("for ever", "forever"),
        new("flawless\\w*", "PerfectSequences"),
        new("spoil\\w*", "FillWithNaN; damage"),
        new("stretches", "Chunks"),
        new("workcrew", "ParallelRunner"),
        new("<summary>(what|who|whose|where|which|those|that|as)", "a noun ('The gradients that ...'), or a verb for a method ('Computes ...', 'Returns ...')"),
    ];

    private Regex Pattern { get; } = new(
        $@"{(char.IsLetter(Phrase[0]) ? @"\b" : "")}(?:{Phrase.Replace("<summary>", @"<summary>(?:\s*///)?\s*", StringComparison.Ordinal).Replace(" ", @"\s+(?:(?:///?|#)\s*)?", StringComparison.Ordinal)})\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>Describes every phrase to avoid in a text.</summary>
    /// <param name="name">The name of the file.</param>
    /// <param name="text">Its text.</param>
    public static IEnumerable<string> FaultsOf(string name, string text) =>
        from words in ToAvoid
        from Match match in words.Pattern.Matches(text)
        let line = 1 + text.AsSpan(0, match.Index).Count('\n')
        select $"{name}:{line}: '{Regex.Replace(match.Value, @"\s+", " ")}'; better: {words.Better}";
}
