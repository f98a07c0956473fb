using System.Text.RegularExpressions;
using Ntm.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Docs.Tests;

/// <summary>The sources have the messages that docs/troubleshooting.md explains.</summary>
public partial class TroubleshootingTests
{
    private static readonly string Page = Documents.Text("docs/troubleshooting.md");

    /// <summary>The first column of the page's tables: messages of this library and of the console program.</summary>
    public static TheoryData<string> Messages => [.. MessageRow().Matches(Page).Select(row => row.Groups["message"].Value)];

    [Fact]
    public void The_page_explains_messages() => Assert.InRange(Messages.Count, 8, 100);

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_one_that_the_sources_have(string message) =>
        Assert.True(TextLiterals.CanSay(message), $"No text in src or samples/Ntm.Paper can be '{message}', which docs/troubleshooting.md explains.");

    [Fact]
    public void A_message_that_nothing_says_is_found() => Assert.False(TextLiterals.CanSay("the model was made on a rainy day"));

    [Fact]
    public void The_reasons_of_engines_come_as_the_page_has_them()
    {
        using var machine = new NeuralTuringMachine(new NtmOptions { InputSize = 2, OutputSize = 2, MemoryLocations = 4, MemoryWidth = 3 }, seed: 1);
        machine.to(ScalarType.Float64);
        Assert.Contains($"| `{Reason(machine)}` |", Page, StringComparison.Ordinal);
        Assert.Contains("element type", Reason(machine), StringComparison.Ordinal);
        machine.to(ScalarType.Float32);
        machine.Engine = EngineKind.Cuda;
        Environment.SetEnvironmentVariable("NTM_CUDA", "0");
        try
        {
            Assert.Contains($"| `{Reason(machine)}` |", Page, StringComparison.Ordinal);
            Assert.Equal(CudaSupport.Obstacle, Reason(machine));
        }
        finally
        {
            Environment.SetEnvironmentVariable("NTM_CUDA", null);
        }
    }

    [Fact]
    public void Without_a_driver_the_reason_comes_as_the_page_has_it()
    {
        Assert.SkipWhen(System.Runtime.InteropServices.NativeLibrary.TryLoad("libcuda.so.1", out _), "This machine has NVIDIA's driver.");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The page has the names of libraries on Linux.");
        Assert.Contains($"| `{CudaSupport.Obstacle}` |", Page, StringComparison.Ordinal);
    }

    /// <summary>The texts after the name of the engine that does not support a model.</summary>
    private static string Reason(NeuralTuringMachine machine)
    {
        const string Introduction = "engine does not support this model: ";
        var choice = machine.EngineChoice;
        Assert.Equal(EngineKind.Reference, choice.Engine);
        Assert.Contains(Introduction, choice.Reason, StringComparison.Ordinal);
        return choice.Reason.Split(Introduction)[1];
    }

    [GeneratedRegex(@"^\| `(?<message>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex MessageRow();
}
