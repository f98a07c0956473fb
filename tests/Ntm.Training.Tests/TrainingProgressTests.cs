namespace Ntm.Training.Tests;

public class TrainingProgressTests
{
    [Theory]
    [InlineData(1_000_000_000_000, 1e-6)]
    [InlineData(1, 0.0)]
    [InlineData(0, 0.0)]
    public void Time_left_beyond_what_can_be_said_is_the_most(long sequences, double rate) =>
        Assert.Equal(TimeSpan.MaxValue, TrainingProgress.TimeFor(sequences, rate));

    [Fact]
    public void Time_left_is_sequences_over_rate() => Assert.Equal(TimeSpan.FromSeconds(20), TrainingProgress.TimeFor(1_000, 50));
}
