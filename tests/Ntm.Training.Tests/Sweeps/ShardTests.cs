namespace Ntm.Training.Tests.Sweeps;

public class ShardTests
{
    [Theory]
    [InlineData(0, 1, 4, "0,1,2,3")]
    [InlineData(0, 2, 5, "0,2,4,1,3")]
    [InlineData(2, 3, 7, "2,5,0,3,6,1,4")]
    [InlineData(5, 8, 3, "0,1,2")]
    [InlineData(1, 8, 3, "1,2,0")]
    [InlineData(0, 3, 0, "")]
    public void Its_own_share_comes_first_and_then_those_of_the_next_shards(int index, int count, int trials, string order) =>
        Assert.Equal(order, string.Join(',', new Shard(index, count).Order(trials)));

    [Fact]
    public void Every_trial_is_one_shards_own()
    {
        Shard[] shards = [.. Enumerable.Range(0, 5).Select(i => new Shard(i, 5))];
        Assert.All(Enumerable.Range(0, 23), trial => Assert.Single(shards, shard => shard.Owns(trial)));
        Assert.All(shards, shard => Assert.Equal(Enumerable.Range(0, 23), shard.Order(23).Order()));
    }

    [Theory]
    [InlineData("1/1", 0, 1)]
    [InlineData("3/8", 2, 8)]
    public void People_count_from_one(string text, int index, int count)
    {
        var shard = Shard.Parse(text);
        Assert.Equal((index, count, text), (shard.Index, shard.Count, shard.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("1/2/3")]
    [InlineData("-1/4")]
    [InlineData("1 / 4")]
    [InlineData("1/1000001")]
    [InlineData("1/99999999999")]
    public void Other_texts_are_refused(string text)
    {
        var message = Assert.Throws<FormatException>(() => Shard.Parse(text)).Message;
        Assert.Contains($"'{text}'", message, StringComparison.Ordinal);
        Assert.Contains("such as 1/8", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 4, "index")]
    [InlineData(4, 4, "index")]
    [InlineData(0, 0, "count")]
    public void Other_numbers_are_refused(int index, int count, string argument) =>
        Assert.Equal(argument, Assert.Throws<ArgumentOutOfRangeException>(() => new Shard(index, count)).ParamName);

    [Theory]
    [InlineData("", null)]
    [InlineData("SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=4", "1/4")]
    [InlineData("SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_STEP=1", "4/4")]
    [InlineData("SLURM_ARRAY_TASK_ID=14 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_STEP=2", "3/3")]
    [InlineData("SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=3", "1/2")]
    [InlineData("JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=8", "1/8")]
    [InlineData("JOB_COMPLETION_INDEX=7 JOB_COMPLETIONS=8", "8/8")]
    public void Schedulers_say_it_in_the_environment(string variables, string? shard) => Assert.Equal(shard, Shard.FromEnvironment(Variables(variables))?.ToString());

    [Theory]
    [InlineData("SLURM_ARRAY_TASK_ID=0", "no SLURM_ARRAY_TASK_COUNT")]
    [InlineData("SLURM_ARRAY_TASK_ID=x SLURM_ARRAY_TASK_COUNT=4", "'x' as SLURM_ARRAY_TASK_ID")]
    [InlineData("SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=0", "'0' as SLURM_ARRAY_TASK_COUNT")]
    [InlineData("SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1", "'0' as SLURM_ARRAY_TASK_ID")]
    [InlineData("JOB_COMPLETION_INDEX=0", "no JOB_COMPLETIONS")]
    [InlineData("JOB_COMPLETION_INDEX=8 JOB_COMPLETIONS=8", "'8' as JOB_COMPLETION_INDEX; expected a whole number from 0 to 7")]
    public void Half_of_it_is_refused_by_name(string variables, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => Shard.FromEnvironment(Variables(variables))).Message, StringComparison.Ordinal);

    private static Func<string, string?> Variables(string text)
    {
        var all = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return all.GetValueOrDefault;
    }
}
