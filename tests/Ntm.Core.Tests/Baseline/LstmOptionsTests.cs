using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ntm.Core.Tests.Baseline;

public class LstmOptionsTests
{
    /// <summary>Property, a value outside its range, and the range that the message names.</summary>
    public static TheoryData<string, int, string> Violations => new()
    {
        { nameof(LstmOptions.InputSize), 0, "at least 1 and at most 65536" },
        { nameof(LstmOptions.InputSize), 65537, "at least 1 and at most 65536" },
        { nameof(LstmOptions.OutputSize), -1, "at least 1 and at most 65536" },
        { nameof(LstmOptions.HiddenSize), 0, "at least 1 and at most 65536" },
        { nameof(LstmOptions.HiddenSize), int.MaxValue, "at least 1 and at most 65536" },
        { nameof(LstmOptions.Layers), 0, "at least 1 and at most 64" },
        { nameof(LstmOptions.Layers), 65, "at least 1 and at most 64" },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void A_value_out_of_range_is_refused_by_property_value_and_range(string property, int value, string allowed)
    {
        var options = new LstmOptions();
        typeof(LstmOptions).GetProperty(property)!.SetValue(options, value);
        var failure = Assert.Single(Assert.Throws<OptionsValidationException>(() => new LstmNetwork(options, seed: 1)).Failures);
        Assert.Equal($"LstmOptions.{property} is {value}; it must be {allowed}.", failure);
    }

    [Fact]
    public void Every_property_has_a_violation_above()
    {
        var tested = Violations.Select(v => v.Data.Item1).ToHashSet();
        Assert.All(typeof(LstmOptions).GetProperties().Where(p => p.CanWrite), p => Assert.Contains(p.Name, tested));
    }

    [Fact]
    public void The_validator_serves_dependency_injection()
    {
        using var provider = new ServiceCollection()
            .Configure<LstmOptions>(o => (o.Layers, o.HiddenSize) = (0, 0))
            .AddSingleton<IValidateOptions<LstmOptions>, LstmOptionsValidator>()
            .BuildServiceProvider();
        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<LstmOptions>>().Value);
        Assert.Equal(2, exception.Failures.Count());
    }

    [Fact]
    public void Null_options_are_refused_by_name()
    {
        Assert.Throws<ArgumentNullException>("options", () => new LstmNetwork(null!));
        Assert.Throws<ArgumentNullException>("options", () => new LstmOptionsValidator().Validate(null, null!));
    }

    [Fact]
    public void The_network_copies_its_options()
    {
        var options = new LstmOptions { InputSize = 2, OutputSize = 1, HiddenSize = 3, Layers = 2 };
        using var network = new LstmNetwork(options, seed: 1);
        options.InputSize = 7;
        network.Options.OutputSize = 9;
        Assert.Equal((2, 1, 3, 2), (network.InputSize, network.OutputSize, network.Options.HiddenSize, network.Options.Layers));
    }
}
