using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Ntm.Training;

/// <summary>The values of metrics by name, in the order in which they were requested. Two are equal if names, order and values are.</summary>
internal sealed class MetricValues : IReadOnlyDictionary<string, double>
{
    private readonly string[] _names;
    private readonly double[] _values;

    public MetricValues(IEnumerable<string> names, IEnumerable<double> values) => (_names, _values) = ([.. names], [.. values]);

    public static MetricValues None { get; } = new([], []);

    public IEnumerable<string> Keys => _names;

    public IEnumerable<double> Values => _values;

    public int Count => _names.Length;

    public double this[string key] => TryGetValue(key, out var value)
        ? value
        : throw new KeyNotFoundException($"There is no metric '{key}'; expected {(Count == 0 ? "none: no metrics were requested" : string.Join(", ", _names.Select(n => $"'{n}'")))}.");

    public bool ContainsKey(string key) => Array.IndexOf(_names, key) >= 0;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out double value)
    {
        var place = Array.IndexOf(_names, key);
        value = place < 0 ? 0 : _values[place];
        return place >= 0;
    }

    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => _names.Zip(_values, KeyValuePair.Create).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override bool Equals(object? obj) => obj is MetricValues other && _names.AsSpan().SequenceEqual(other._names) && _values.AsSpan().SequenceEqual(other._values);

    public override int GetHashCode() => _names.Aggregate(Count, HashCode.Combine);

    public override string ToString() => string.Join(", ", this.Select(m => FormattableString.Invariant($"{m.Key} {m.Value:G6}")));
}
