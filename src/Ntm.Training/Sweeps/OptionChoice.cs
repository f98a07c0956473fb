using System.Globalization;

namespace Ntm.Training;

/// <summary>One combination of values of an <see cref="OptionSpace{TOptions}"/>.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
public sealed class OptionChoice<TOptions>
    where TOptions : class
{
    private readonly IReadOnlyList<OptionAxis<TOptions>> _axes;
    private readonly IReadOnlyList<object?> _values;

    internal OptionChoice(IReadOnlyList<OptionAxis<TOptions>> axes, IReadOnlyList<object?> values) => (_axes, _values) = ([.. axes], values);

    /// <summary>The options' names and their values, in the order of the space.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Values => [.. _axes.Zip(_values, (axis, value) => KeyValuePair.Create(axis.Name, value))];

    /// <summary>Sets the values.</summary>
    /// <param name="options">The options that receive them.</param>
    public void Apply(TOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        for (var i = 0; i < _axes.Count; i++)
            _axes[i].Set(options, _values[i]);
    }

    /// <summary>The values by name, such as <c>lr=0.001, memory=Random</c>.</summary>
    public override string ToString() => string.Join(", ", _axes.Zip(_values, (axis, value) => string.Create(CultureInfo.InvariantCulture, $"{axis.Name}={value ?? "null"}")));
}
