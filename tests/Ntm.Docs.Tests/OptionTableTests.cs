using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Ntm.Core;
using Ntm.Training;

namespace Ntm.Docs.Tests;

/// <summary>The tables of options have every property, with its default and its range.</summary>
public partial class OptionTableTests
{
    [Theory]
    [InlineData("docs/model.md", typeof(NtmOptions))]
    [InlineData("docs/training.md", typeof(TrainingOptions))]
    public void Every_property_is_there_with_its_default(string document, Type options)
    {
        var rows = Rows(document, options);
        Assert.Equal(options.GetProperties().Select(p => p.Name).Order(), rows.Select(row => row.Property.Name).Order());
        var instance = Activator.CreateInstance(options)!;
        Assert.All(rows, row => Assert.True(Equals(Shown(row.Property.GetValue(instance)), row.Default), $"{document} says that {row.Property.Name} is {row.Default} by default, and it is {row.Property.GetValue(instance) ?? "null"}."));
    }

    [Fact]
    public void The_models_options_have_their_ranges_and_choices() => Assert.All(Rows("docs/model.md", typeof(NtmOptions)), row =>
    {
        if (row.Property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            foreach (var bound in (object[])[range.Minimum, range.Maximum])
                Assert.True(Spellings(bound).Any(text => row.Text.Contains(text, StringComparison.Ordinal)), $"docs/model.md does not say that {bound} bounds {row.Property.Name}.");
        }

        var type = Nullable.GetUnderlyingType(row.Property.PropertyType) ?? row.Property.PropertyType;
        if (type.IsEnum)
            Assert.All(Enum.GetNames(type), name => Assert.Contains($"`{name}`", row.Text, StringComparison.Ordinal));
    });

    [Fact]
    public void The_number_of_sequences_that_count_as_solved_is_that_of_the_options()
    {
        var options = new TrainingOptions();
        var sentence = FormattableString.Invariant($"{options.EvaluationSequences * options.SolvedEvaluations:N0} held-out sequences");
        Assert.Contains(sentence, Documents.Text("README.md"), StringComparison.Ordinal);
        Assert.Contains(sentence, Documents.Text("docs/getting-started.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_optimizer_and_way_of_clipping_is_in_its_table()
    {
        var text = Documents.Text("docs/training.md");
        Assert.All(OptimizerOptions.Names.Select(name => OptimizerOptions.Create(name).GetType().Name), name => Assert.Contains($"| `{name}` |", text, StringComparison.Ordinal));
        Assert.All(GradientClipping.Names.Select(name => GradientClipping.Create(name).GetType().Name), name => Assert.Contains($"| `{name}` |", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_observer_is_in_its_table()
    {
        var observers = typeof(ITrainingObserver).Assembly.GetExportedTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(ITrainingObserver)));
        Assert.All(observers, observer => Assert.Contains($"| `{observer.Name}` |", Documents.Text("docs/training.md"), StringComparison.Ordinal));
    }

    private static List<(PropertyInfo Property, object? Default, string Text)> Rows(string document, Type options) =>
    [
        .. from Match row in Row().Matches(Documents.Text(document))
           let properties = row.Groups["names"].Value.Split(", ").Select(name => options.GetProperty(name.Trim('`'))).ToList()
           where properties.TrueForAll(p => p is not null)
           let defaults = row.Groups["defaults"].Value.Split(", ")
           from index in Enumerable.Range(0, properties.Count)
           select (properties[index]!, Parse(defaults[index].Trim('`'), properties[index]!.PropertyType), row.Value),
    ];

    /// <summary>Options of one of several classes are shown by the name of the class, empty lists as none.</summary>
    private static object? Shown(object? value) => value switch
    {
        OptimizerOptions or GradientClipping => value.GetType().Name,
        IReadOnlyCollection<object> { Count: 0 } => "none",
        _ => value,
    };

    private static object? Parse(string text, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return text == "null" ? null
            : type == typeof(OptimizerOptions) || type == typeof(GradientClipping) || type.IsAssignableTo(typeof(IReadOnlyCollection<object>)) ? text
            : type.IsEnum ? Enum.Parse(type, text)
            : type == typeof(double) ? double.Parse(text, CultureInfo.InvariantCulture)
            : Convert.ChangeType(text.Replace(",", "", StringComparison.Ordinal), type, CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Spellings(object bound)
    {
        var value = Convert.ToDouble(bound, CultureInfo.InvariantCulture);
        yield return value.ToString("N0", CultureInfo.InvariantCulture);
        if (value > 0)
        {
            yield return FormattableString.Invariant($"2^{Math.Log2(value):0}");
            yield return FormattableString.Invariant($"1e{Math.Log10(value):0}");
        }
    }

    [GeneratedRegex(@"^\| (?<names>`\w+`(, `\w+`)*) \| (?<defaults>[^|]+) \|.*$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
