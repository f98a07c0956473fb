namespace Ntm.Training.Tests.Evaluation;

public class LimitTests
{
    [Theory]
    [InlineData(0, true, 0, true)]
    [InlineData(0, true, 0.001, false)]
    [InlineData(1, false, 0.999, true)]
    [InlineData(1, false, 1, false)]
    [InlineData(1, false, double.NaN, false)]
    public void A_limit_is_kept_or_not(double value, bool inclusive, double number, bool kept) =>
        Assert.Equal(kept, new Limit(value, inclusive).IsKeptBy(number));

    [Fact]
    public void Limits_in_words() => Assert.Equal(["0", "below 0.5", "at most 2"], [$"{Limit.Zero}", $"{Limit.Below(0.5)}", $"{new Limit(2, Inclusive: true)}"]);
}
