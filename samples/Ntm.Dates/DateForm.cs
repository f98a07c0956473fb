using System.Globalization;

namespace Ntm.Dates;

/// <summary>A form in which a culture writes dates, such as <c>d. MMMM yyyy</c> in German.</summary>
/// <param name="Culture">The culture.</param>
/// <param name="Pattern">The custom format, as in <see cref="DateTime.ToString(string, IFormatProvider)"/>.</param>
internal sealed record DateForm(CultureInfo Culture, string Pattern)
{
    /// <summary>The cultures: scripts with and without letters, all orders of day, month and year.</summary>
    private static readonly string[] Cultures =
    [
        "bg-BG", "ca-ES", "cs-CZ", "da-DK", "de-DE", "el-GR", "en-GB", "en-US", "es-ES", "et-EE", "fi-FI", "fr-CA", "fr-FR", "hr-HR", "hu-HU",
        "id-ID", "is-IS", "it-IT", "ja-JP", "ko-KR", "lt-LT", "lv-LV", "nb-NO", "nl-NL", "pl-PL", "pt-BR", "ro-RO", "ru-RU", "sk-SK", "sl-SI",
        "sv-SE", "tr-TR", "uk-UA", "vi-VN", "zh-CN",
    ];

    /// <summary>Whether the form is held out: no date in this form is trained on.</summary>
    public bool IsHeldOut { get; private init; }

    /// <summary>Returns all forms of all cultures; of those whose months a culture also writes the same way in another form, every fourth is held out.</summary>
    public static IReadOnlyList<DateForm> All()
    {
        List<DateForm> forms = [];
        var candidates = 0;
        foreach (var culture in Cultures.Select(CultureInfo.GetCultureInfo))
        {
            var patterns = culture.DateTimeFormat.GetAllDateTimePatterns('d').Concat(culture.DateTimeFormat.GetAllDateTimePatterns('D')).Distinct().ToList();
            forms.AddRange(patterns.Select((pattern, i) => new DateForm(culture, pattern)
            {
                IsHeldOut = patterns.Where((other, j) => j != i && Month(other) == Month(pattern)).Any() && candidates++ % 4 == 3,
            }));
        }

        return forms;
    }

    /// <summary>Writes a date.</summary>
    public string Write(DateTime date) => date.ToString(Pattern, Culture);

    public override string ToString() => $"{Culture.Name} \"{Pattern}\"";

    /// <summary>How the month is written: M and MM are digits, MMM and MMMM names.</summary>
    private static int Month(string pattern) => pattern.Count(c => c == 'M') is var count && count <= 2 ? 1 : count;
}
