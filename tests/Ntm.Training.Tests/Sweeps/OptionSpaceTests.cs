namespace Ntm.Training.Tests.Sweeps;

public class OptionSpaceTests
{
    [Fact]
    public void A_grid_has_every_combination_the_last_option_first_to_change()
    {
        var space = new OptionSpace<Options>().Add("rate", (o, v) => o.Rate = v, 0.1, 0.2).Add("kind", (o, v) => o.Kind = v, DayOfWeek.Monday, DayOfWeek.Friday, DayOfWeek.Sunday);
        Assert.Equal(["rate", "kind"], space.Names);
        Assert.Equal(
            ["rate=0.1, kind=Monday", "rate=0.1, kind=Friday", "rate=0.1, kind=Sunday", "rate=0.2, kind=Monday", "rate=0.2, kind=Friday", "rate=0.2, kind=Sunday"],
            space.Grid().Select(choice => choice.ToString()));
        var options = new Options();
        space.Grid()[4].Apply(options);
        Assert.Equal((0.2, DayOfWeek.Friday), (options.Rate, options.Kind));
        Assert.Equal(KeyValuePair.Create("kind", (object?)DayOfWeek.Friday), space.Grid()[4].Values[1]);
    }

    [Fact]
    public void Nothing_to_vary_is_one_combination() => Assert.Equal("", Assert.Single(new OptionSpace<Options>().Grid()).ToString());

    [Fact]
    public void A_random_choice_is_decided_by_its_seed_and_not_by_its_count()
    {
        var space = Ranges();
        string[] twenty = [.. space.Random(20, seed: 3).Select(c => c.ToString())];
        Assert.Equal(twenty, Ranges().Random(20, seed: 3).Select(c => c.ToString()));
        Assert.Equal(twenty[..7], space.Random(7, seed: 3).Select(c => c.ToString()));
        Assert.NotEqual(twenty, space.Random(20, seed: 4).Select(c => c.ToString()));
        Assert.Equal(20, twenty.Distinct().Count());
    }

    /// <summary>Of a range whose logarithm counts, each order of magnitude has its share; of a uniform one, each quarter. Within 5 standard deviations.</summary>
    [Fact]
    public void Numbers_are_distributed_as_the_range_says()
    {
        const int Count = 4000;
        Options[] drawn = [.. Ranges().Random(Count, seed: 1).Select(Applied)];
        Assert.All(drawn, o => Assert.InRange(o.Rate, 1e-5, 1e-1));
        Assert.All(drawn, o => Assert.InRange(o.Share, -1, 3));
        Assert.All(drawn, o => Assert.InRange(o.Size, 1, 100));
        for (var power = -5; power < -1; power++)
            IsShare(0.25, drawn.Count(o => o.Rate >= Math.Pow(10, power) && o.Rate < Math.Pow(10, power + 1)));
        for (var quarter = -1; quarter < 3; quarter++)
            IsShare(0.25, drawn.Count(o => o.Share >= quarter && o.Share < quarter + 1));
        IsShare(Math.Log(10.5 / 0.5) / Math.Log(100.5 / 0.5), drawn.Count(o => o.Size <= 10));
        foreach (var kind in Enum.GetValues<DayOfWeek>())
            IsShare(1.0 / 7, drawn.Count(o => o.Kind == kind));

        static void IsShare(double expected, int count) => Assert.InRange(count, Count * expected - Deviations(expected), Count * expected + Deviations(expected));

        static double Deviations(double share) => 5 * Math.Sqrt(Count * share * (1 - share));
    }

    [Fact]
    public void Drawn_numbers_have_four_digits() =>
        Assert.All(Ranges().Random(100, 1).Select(Applied), o => Assert.Equal(o.Rate, double.Parse(o.Rate.ToString("G4", null), null)));

    [Fact]
    public void Whole_numbers_have_both_ends()
    {
        foreach (var range in (ValueRange[])[ValueRange.Uniform(2, 4), ValueRange.LogUniform(2, 4)])
            Assert.Equal([2L, 3, 4], new OptionSpace<Options>().AddWholeRange("size", (o, v) => o.Size = v, range).Random(3, 1).Select(c => Applied(c).Size).Order());
    }

    /// <summary>All combinations of a small space, each once.</summary>
    [Fact]
    public void No_combination_is_drawn_twice()
    {
        var space = new OptionSpace<Options>().Add("rate", (o, v) => o.Rate = v, 1.0, 2, 3).Add("size", (o, v) => o.Size = v, 1L, 2, 3, 4);
        Assert.Equal(space.Grid().Select(c => c.ToString()).Order(), space.Random(12, seed: 5).Select(c => c.ToString()).Order());
        Assert.Contains("13 combinations were requested of 12", Assert.Throws<InvalidOperationException>(() => space.Random(13, 5)).Message, StringComparison.Ordinal);
        var whole = new OptionSpace<Options>().AddWholeRange("size", (o, v) => o.Size = v, ValueRange.Uniform(1, 3));
        Assert.Contains("gave 3 different ones", Assert.Throws<InvalidOperationException>(() => whole.Random(4, 5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_makes_no_space_is_refused_by_name()
    {
        var space = new OptionSpace<Options>().Add("rate", (o, v) => o.Rate = v, 0.1);
        IsRefused<ArgumentException>("'rate' was added", () => space.Add("rate", (o, v) => o.Rate = v, 0.2));
        IsRefused<ArgumentException>("'size' has no values", () => space.Add<long>("size", (o, v) => o.Size = v));
        IsRefused<ArgumentException>("'size' has the value 5 2 times", () => space.Add("size", (o, v) => o.Size = v, 5L, 6, 5));
        IsRefused<ArgumentException>("two whole numbers", () => space.AddWholeRange("size", (o, v) => o.Size = v, ValueRange.Uniform(1.5, 2.5)));
        IsRefused<ArgumentException>("whole numbers from 1", () => space.AddWholeRange("size", (o, v) => o.Size = v, ValueRange.LogUniform(0.5, 2.5)));
        IsRefused<InvalidOperationException>("'share' has a range", () => new OptionSpace<Options>().AddRange("share", (o, v) => o.Share = v, ValueRange.Uniform(0, 1)).Grid());
        IsRefused<InvalidOperationException>("no options", () => new OptionSpace<Options>().Random(1, 1));
        IsRefused<ArgumentOutOfRangeException>("100000", () => space.Random(0, 1));
        double[] many = [.. Enumerable.Range(0, 400).Select(i => (double)i)];
        IsRefused<InvalidOperationException>("160000 combinations", () => new OptionSpace<Options>().Add("a", (o, v) => o.Rate = v, many).Add("b", (o, v) => o.Rate = v, many).Grid());
    }

    [Theory]
    [InlineData(1, 1, "high")]
    [InlineData(2, 1, "high")]
    [InlineData(0, double.NaN, "high")]
    [InlineData(double.NegativeInfinity, 1, "low")]
    [InlineData(double.MinValue, double.MaxValue, "high")]
    public void What_is_no_range_is_refused(double low, double high, string argument)
    {
        Assert.Equal(argument, Assert.Throws<ArgumentOutOfRangeException>(() => ValueRange.Uniform(low, high)).ParamName);
        Assert.Equal("low", Assert.Throws<ArgumentOutOfRangeException>(() => ValueRange.LogUniform(0, 1)).ParamName);
    }

    private static void IsRefused<T>(string message, Action action)
        where T : Exception => Assert.Contains(message, Assert.Throws<T>(action).Message, StringComparison.Ordinal);

    private static OptionSpace<Options> Ranges() => new OptionSpace<Options>()
        .AddRange("rate", (o, v) => o.Rate = v, ValueRange.LogUniform(1e-5, 1e-1))
        .AddRange("share", (o, v) => o.Share = v, ValueRange.Uniform(-1, 3))
        .AddWholeRange("size", (o, v) => o.Size = v, ValueRange.LogUniform(1, 100))
        .Add("kind", (o, v) => o.Kind = v, Enum.GetValues<DayOfWeek>());

    private static Options Applied(OptionChoice<Options> choice)
    {
        var options = new Options();
        choice.Apply(options);
        return options;
    }

    private sealed class Options
    {
        public double Rate { get; set; }

        public double Share { get; set; }

        public long Size { get; set; }

        public DayOfWeek Kind { get; set; }
    }
}
