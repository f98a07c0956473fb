using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Ntm.Shared;

/// <summary>
/// Checks the <see cref="RangeAttribute"/>s of an options object. The attributes' own message leaves out the value; ours names
/// property, value and allowed range. Compiled into each package: too small for a package of its own.
/// </summary>
internal static class RangeRules
{
    /// <summary>One message per property of <paramref name="options"/> whose value is outside its declared range.</summary>
    public static IEnumerable<string> Violations(object options)
    {
        var type = options.GetType();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0)
                continue;
            var value = property.GetValue(options);
            if (value is Enum named && !Enum.IsDefined(named.GetType(), named))
                yield return Message(type, property.Name, value, $"one of {string.Join(", ", Enum.GetNames(named.GetType()))}");
            if (value is null)
                continue;
            foreach (var range in property.GetCustomAttributes<RangeAttribute>())
                if (value is double and double.NaN || !range.IsValid(value))
                    yield return Message(type, property.Name, value, Describe(range));
        }
    }

    /// <summary>The wording all rules share: <c>Type.Property is value; it must be expected.</c></summary>
    public static string Message(Type type, string property, object? value, string expected) =>
        string.Create(CultureInfo.InvariantCulture, $"{type.Name}.{property} is {value ?? "null"}; it must be {expected}.");

    private static string Describe(RangeAttribute range)
    {
        var low = range.MinimumIsExclusive ? "greater than" : "at least";
        var high = range.MaximumIsExclusive ? "less than" : "at most";
        return string.Create(CultureInfo.InvariantCulture, $"{low} {range.Minimum} and {high} {range.Maximum}");
    }
}
