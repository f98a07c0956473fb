using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ntm.Docs.Tests;

/// <summary>The string literals in the sources. A hole of an interpolated string stands for any text, which may be another literal.</summary>
internal static class TextLiterals
{
    /// <summary>Shorter texts are parts of others.</summary>
    private const int LeastLetters = 12;

    /// <summary>Of the letters: a list of names may be longer than the text around it.</summary>
    private const double LeastShare = 0.4;

    private static readonly Lazy<List<(Regex Pattern, int Letters)>> All = new(() => [.. Sources.Files("src").Concat(Sources.Files("samples/Ntm.Paper")).SelectMany(Of)]);

    /// <summary>Whether the sources can say a text: a good part of its letters must be theirs, not what fills holes.</summary>
    public static bool CanSay(string text) => Letters(text, nested: true) >= LeastShare * text.Length;

    /// <summary>The letters of a text that are some literal's own, at most.</summary>
    private static int Letters(string text, bool nested)
    {
        var most = 0;
        foreach (var (pattern, letters) in All.Value)
        {
            if (pattern.Match(text) is not { Success: true } match)
                continue;
            var holes = nested ? match.Groups.Values.Skip(1).Sum(hole => Letters(hole.Value, nested: false)) : 0;
            most = Math.Max(most, letters + holes);
        }

        return most;
    }

    private static IEnumerable<(Regex, int)> Of(string file)
    {
        var root = CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot();
        foreach (var expression in root.DescendantNodes())
        {
            string?[] parts = expression switch
            {
                LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => [literal.Token.ValueText],
                InterpolatedStringExpressionSyntax interpolated => [.. interpolated.Contents.Select(part => (part as InterpolatedStringTextSyntax)?.TextToken.ValueText)],
                _ => [],
            };
            var letters = parts.Sum(part => part?.Length ?? 0);
            if (letters >= LeastLetters || (letters > 0 && parts.Contains(null)))
                yield return (new Regex($"^{string.Concat(parts.Select(part => part is null ? "(.+?)" : Regex.Escape(part)))}$", RegexOptions.Singleline | RegexOptions.CultureInvariant), letters);
        }
    }
}
