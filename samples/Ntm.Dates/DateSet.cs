using System.Globalization;

namespace Ntm.Dates;

/// <summary>All dates of a century in all forms, divided into those to train on and those that are held out.</summary>
internal sealed class DateSet
{
    /// <summary>The first day; with a century, two digits of a year stand for one year.</summary>
    public static readonly DateTime First = new(1950, 1, 1);

    private readonly Dictionary<char, int> _characters;
    private readonly Dictionary<CultureInfo, int> _cultures;

    public DateSet()
    {
        Forms = DateForm.All();
        // Every month, weekday and digit occurs within a few years.
        var texts = Forms.SelectMany(form => Enumerable.Range(0, 1500).Select(day => form.Write(First.AddDays(25 * day))));
        _characters = texts.SelectMany(text => text).Distinct().Order().Select((c, i) => (c, i)).ToDictionary(p => p.c, p => p.i);
        _cultures = Forms.Select(form => form.Culture).Distinct().Select((culture, i) => (culture, i)).ToDictionary(p => p.culture, p => p.i);
    }

    public IReadOnlyList<DateForm> Forms { get; }

    /// <summary>Days in the century.</summary>
    public static int Days { get; } = (First.AddYears(100) - First).Days;

    /// <summary>Different characters in all texts.</summary>
    public int Characters => _characters.Count;

    /// <summary>Cultures.</summary>
    public int Cultures => _cultures.Count;

    /// <summary>Whether no form of a day is trained on: one day in ten, spread without a pattern.</summary>
    public static bool IsHeldOut(int day) => (uint)day * 2654435761u % 10 == 0;

    public int IndexOf(char character) => _characters[character];

    public int IndexOf(CultureInfo culture) => _cultures[culture];
}
