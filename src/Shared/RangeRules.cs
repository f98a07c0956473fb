using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;

namespace Ntm.Shared;

/// <summary>
/// Checks the <see cref="RangeAttribute"/>s of an options object. The attributes' own message does not contain the value; this message names
/// the property, the value and the allowed range. Compiled into each package, because it is too small for its own package.
/// </summary>
internal static class RangeRules
{
    /// <summary>Returns one message per property of <paramref name="options"/> whose value is outside its declared range.</summary>
    /// <param name="options">The options.</param>
    /// <param name="nameOf">Returns the name of a property in messages; <see langword="null"/> for <c>Type.Property</c>.</param>
    public static IEnumerable<string> Violations<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        T options, Func<PropertyInfo, string>? nameOf = null)
    {
        // The properties are those of the declared type, which trimming keeps.
        if (typeof(T) == typeof(object))
            throw new ArgumentException("The options are given as an object; expected their own type.", nameof(options));
        return Violations(options!, typeof(T), nameOf);
    }

    /// <summary>Returns one message per property of <paramref name="options"/> whose value is outside its declared range.</summary>
    /// <param name="options">The options.</param>
    /// <param name="type">Their type.</param>
    /// <param name="nameOf">Returns the name of a property in messages; <see langword="null"/> for <c>Type.Property</c>.</param>
    public static IEnumerable<string> Violations(
        object options, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type, Func<PropertyInfo, string>? nameOf = null)
    {
        nameOf ??= property => $"{type.Name}.{property.Name}";
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0)
                continue;
            var value = property.GetValue(options);
            if (value is Enum named && !Enum.IsDefined(named.GetType(), named))
                yield return Message(nameOf(property), value, $"one of {string.Join(", ", Enum.GetNames(named.GetType()))}");
            if (value is null)
                continue;
            foreach (var range in property.GetCustomAttributes<RangeAttribute>())
                if (!Admits(range, value))
                    yield return Message(nameOf(property), value, Describe(range));
        }
    }

    private static bool Admits(RangeAttribute range, object value)
    {
        try
        {
            return value is not double.NaN && range.IsValid(value);
        }
        catch (OverflowException)
        {
            // The attribute converts the value to the type of its bounds, and a long may not fit an int.
            return false;
        }
    }

    /// <summary>Formats the message of all rules: <c>Type.Property is value; it must be expected.</c></summary>
    public static string Message(Type type, string property, object? value, string expected) =>
        Message($"{type.Name}.{property}", value, expected);

    private static string Message(string name, object? value, string expected) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} is {value ?? "null"}; it must be {expected}.");

    private static string Describe(RangeAttribute range)
    {
        var low = range.MinimumIsExclusive ? "greater than" : "at least";
        var high = range.MaximumIsExclusive ? "less than" : "at most";
        return string.Create(CultureInfo.InvariantCulture, $"{low} {range.Minimum} and {high} {range.Maximum}");
    }
}
