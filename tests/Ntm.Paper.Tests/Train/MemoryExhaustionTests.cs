using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using static TorchSharp.torch;

namespace Ntm.Paper.Tests.Train;

public sealed class MemoryExhaustionTests
{
    /// <summary>More than any machine's address space has.</summary>
    [Fact]
    public void Torchs_own_words_are_known()
    {
        using var scope = NewDisposeScope();
        Assert.True(MemoryExhaustion.Is(Assert.ThrowsAny<Exception>(() => zeros(1L << 55))));
        Assert.True(MemoryExhaustion.Is(new AggregateException(new InsufficientMemoryException())));
        Assert.False(MemoryExhaustion.Is(Assert.ThrowsAny<Exception>(() => zeros(2).add(zeros(3)))));
    }

    [Fact]
    public void The_message_names_what_takes_memory()
    {
        var message = MemoryExhaustion.Message(SettingsResolver.Resolve("copy", null, new() { ["memory-locations"] = 4096, ["batch-size"] = 99 }));
        foreach (var expected in (string[])["--batch-size 99", "--memory-locations 4096", "--max-length 20", "--controller-size 100"])
            Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("--heads", MemoryExhaustion.Message(SettingsResolver.Resolve("copy", null, new() { ["architecture"] = "lstm" })), StringComparison.Ordinal);
    }
}
