using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ntm.Core.Tests.Options;

public class NtmOptionsTests
{
    /// <summary>Property, a value outside its range, how the message shows it, and the range that the message names.</summary>
    public static TheoryData<string, object, string, string> Violations => new()
    {
        { nameof(NtmOptions.InputSize), 0, "0", "at least 1 and at most 65536" },
        { nameof(NtmOptions.InputSize), 65537, "65537", "at least 1 and at most 65536" },
        { nameof(NtmOptions.OutputSize), -1, "-1", "at least 1 and at most 65536" },
        { nameof(NtmOptions.ControllerSize), 0, "0", "at least 1 and at most 65536" },
        { nameof(NtmOptions.ControllerLayers), 0, "0", "at least 1 and at most 64" },
        { nameof(NtmOptions.ControllerLayers), 65, "65", "at least 1 and at most 64" },
        { nameof(NtmOptions.MemoryLocations), 0, "0", "at least 1 and at most 16777216" },
        { nameof(NtmOptions.MemoryLocations), int.MaxValue, "2147483647", "at least 1 and at most 16777216" },
        { nameof(NtmOptions.MemoryWidth), 0, "0", "at least 1 and at most 65536" },
        { nameof(NtmOptions.MemoryWidth), int.MinValue, "-2147483648", "at least 1 and at most 65536" },
        { nameof(NtmOptions.ReadHeads), 0, "0", "at least 1 and at most 256" },
        { nameof(NtmOptions.ReadHeads), 257, "257", "at least 1 and at most 256" },
        { nameof(NtmOptions.WriteHeads), 0, "0", "at least 1 and at most 256" },
        { nameof(NtmOptions.ShiftRange), -1, "-1", "at least 0 and at most 1024" },
        { nameof(NtmOptions.ShiftRange), 64, "64", "at most 63, since 2 * ShiftRange + 1 shifts must fit into MemoryLocations = 128" },
        { nameof(NtmOptions.MemoryValue), 1001.0, "1001", "at least -1000 and at most 1000" },
        { nameof(NtmOptions.MemoryValue), double.NaN, "NaN", "at least -1000 and at most 1000" },
        { nameof(NtmOptions.MemoryValue), double.NegativeInfinity, "-Infinity", "at least -1000 and at most 1000" },
        { nameof(NtmOptions.Clip), 0.0, "0", "greater than 0 and at most 1000000" },
        { nameof(NtmOptions.Clip), -20.0, "-20", "greater than 0 and at most 1000000" },
        { nameof(NtmOptions.Clip), double.NaN, "NaN", "greater than 0 and at most 1000000" },
        { nameof(NtmOptions.Dropout), 1.0, "1", "at least 0 and less than 1" },
        { nameof(NtmOptions.Dropout), -0.25, "-0.25", "at least 0 and less than 1" },
        { nameof(NtmOptions.Dropout), double.NaN, "NaN", "at least 0 and less than 1" },
        { nameof(NtmOptions.Controller), (ControllerKind)7, "7", "one of Lstm, Feedforward, Gru" },
        { nameof(NtmOptions.Addressing), (AddressingKind)(-1), "-1", "one of ContentAndLocation, Content" },
        { nameof(NtmOptions.Memory), (MemoryKind)3, "3", "one of Constant, Learned, Random" },
        { nameof(NtmOptions.InitialWeightings), (InitialWeightingKind)4, "4", "one of Learned, Zeros, Uniform, Focused" },
        { nameof(NtmOptions.InitialReads), (InitialReadKind)2, "2", "one of Learned, Zeros" },
        { nameof(NtmOptions.ReadOrder), (ReadOrder)2, "2", "one of BeforeWrite, AfterWrite" },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void A_value_out_of_range_is_refused_by_property_value_and_range(string property, object value, string shown, string allowed)
    {
        var options = With(property, value);
        foreach (var construct in new Action[] { () => new NtmCell(options, seed: 1).Dispose(), () => new NeuralTuringMachine(options, seed: 1).Dispose() })
        {
            var failure = Assert.Single(Assert.Throws<OptionsValidationException>(construct).Failures);
            Assert.Equal($"NtmOptions.{property} is {shown}; it must be {allowed}.", failure);
        }
    }

    [Fact]
    public void Every_property_has_a_violation_above()
    {
        var tested = Violations.Select(v => v.Data.Item1).ToHashSet();
        Assert.All(typeof(NtmOptions).GetProperties().Where(p => p.CanWrite), p => Assert.Contains(p.Name, tested));
    }

    [Fact]
    public void The_bounds_themselves_are_allowed()
    {
        foreach (var property in typeof(NtmOptions).GetProperties())
        {
            foreach (var range in property.GetCustomAttributes(typeof(RangeAttribute), false).Cast<RangeAttribute>())
            {
                var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                // The largest value, if the bound itself is excluded.
                var largest = range.MaximumIsExclusive ? Math.BitDecrement((double)range.Maximum) : range.Maximum;
                var options = With(property.Name, Convert.ChangeType(largest, type));
                options.MemoryLocations = Math.Max(options.MemoryLocations, 2 * options.ShiftRange + 1);
                options.MemoryWidth = Math.Min(options.MemoryWidth, (int)(NtmOptionsValidator.LargestMemory / options.MemoryLocations));
                Assert.True(new NtmOptionsValidator().Validate(null, options).Succeeded, $"{property.Name} = {largest}");
            }
        }
    }

    [Fact]
    public void All_failures_are_reported_together()
    {
        var failures = Assert.Throws<OptionsValidationException>(
            () => new NtmCell(new NtmOptions { InputSize = 0, Clip = -1, Memory = (MemoryKind)9 }, seed: 1)).Failures.ToList();
        Assert.Equal(3, failures.Count);
        Assert.Contains(failures, f => f.Contains("InputSize is 0", StringComparison.Ordinal));
        Assert.Contains(failures, f => f.Contains("Clip is -1", StringComparison.Ordinal));
        Assert.Contains(failures, f => f.Contains("Memory is 9", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "NtmOptions.ShiftRange is 3; it must be at most 2, since 2 * ShiftRange + 1 shifts must fit into MemoryLocations = 5.")]
    public void Shifts_must_fit_into_the_memory(int tooMany, string? expected)
    {
        var result = new NtmOptionsValidator().Validate(null, new NtmOptions { MemoryLocations = 5, ShiftRange = 2 + tooMany });
        Assert.Equal(expected is null ? [] : [expected], result.Failures ?? []);
    }

    [Fact]
    public void Content_addressing_has_no_shifts_that_must_fit() => Assert.True(new NtmOptionsValidator()
        .Validate(null, new NtmOptions { MemoryLocations = 1, ShiftRange = 1, Addressing = AddressingKind.Content }).Succeeded);

    [Fact]
    public void A_memory_too_large_to_be_meant_is_refused()
    {
        var result = new NtmOptionsValidator().Validate(null, new NtmOptions { MemoryLocations = 1 << 24, MemoryWidth = 17 });
        Assert.Equal("NtmOptions.MemoryLocations is 16777216; it must be at most 15790320 with MemoryWidth = 17.", Assert.Single(result.Failures!));
    }

    [Fact]
    public void Null_options_are_refused_by_name()
    {
        Assert.Throws<ArgumentNullException>("options", () => new NtmCell(null!));
        Assert.Throws<ArgumentNullException>("options", () => new NeuralTuringMachine((NtmOptions)null!));
        Assert.Throws<ArgumentNullException>("options", () => new NtmOptionsValidator().Validate(null, null!));
        Assert.Throws<ArgumentNullException>("cell", () => new NeuralTuringMachine((NtmCell)null!));
    }

    [Fact]
    public void The_validator_serves_dependency_injection()
    {
        using var provider = new ServiceCollection()
            .Configure<NtmOptions>(o => o.ReadHeads = 0)
            .AddSingleton<IValidateOptions<NtmOptions>, NtmOptionsValidator>()
            .BuildServiceProvider();
        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<NtmOptions>>().Value);
        Assert.Equal("NtmOptions.ReadHeads is 0; it must be at least 1 and at most 256.", Assert.Single(exception.Failures));
    }

    [Fact]
    public void A_clone_is_independent_and_equal_in_every_property()
    {
        var options = new NtmOptions { InputSize = 7, Clip = null, MemoryValue = 0.5, Controller = ControllerKind.Feedforward };
        var clone = options.Clone();
        Assert.All(typeof(NtmOptions).GetProperties(), p => Assert.Equal(p.GetValue(options), p.GetValue(clone)));
        clone.InputSize = 8;
        Assert.Equal(7, options.InputSize);
    }

    private static NtmOptions With(string property, object value)
    {
        var options = new NtmOptions();
        typeof(NtmOptions).GetProperty(property)!.SetValue(options, value);
        return options;
    }
}
