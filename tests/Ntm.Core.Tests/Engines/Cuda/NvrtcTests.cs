using System.Text.RegularExpressions;
using Ntm.Core.Engines.Cuda;

namespace Ntm.Core.Tests.Engines.Cuda;

/// <summary>The kernels compile for every architecture without a warning. Needs NVRTC but no device; <c>NTM_NVRTC</c> is a folder that has it.</summary>
public partial class NvrtcTests(ITestOutputHelper output)
{
    /// <summary>Registers of a multiprocessor; every kernel's largest block must have room for its own.</summary>
    private const int Registers = 65_536;

    [Theory]
    [InlineData(70)]
    [InlineData(80)]
    [InlineData(90)]
    public void Kernels_compile_without_a_warning(int architecture)
    {
        var nvrtc = Find(architecture);
        var (cubin, log) = nvrtc.Compile(KernelSource.Text, architecture, "--ptxas-options=-v");
        Assert.True(cubin.AsSpan().StartsWith("\u007fELF"u8));
        Assert.DoesNotContain("warning", log, StringComparison.Ordinal);
        var uses = Usage().Matches(log).Select(m => (Kernel: m.Groups["kernel"].Value, Spills: m.Groups["spills"].Value, Registers: int.Parse(m.Groups["registers"].Value))).ToList();
        Assert.Equal(KernelSource.Kernels.Order(), uses.Select(u => u.Kernel).Order());
        output.WriteLine($"NVRTC {nvrtc.Version}, sm_{architecture}, {cubin.Length} bytes");
        foreach (var (kernel, spills, registers) in uses)
        {
            output.WriteLine($"| {kernel} | sm_{architecture} | {registers} | {spills} |");
            Assert.InRange(registers * DeviceLimits.LargestBlock, 1, Registers);
        }
    }

    [Fact]
    public void An_error_names_file_and_line()
    {
        var nvrtc = Find(80);
        var failure = Assert.Throws<CudaException>(() => nvrtc.Compile(KernelSource.Join(file => file == "Memory" ? "\nnonsense" : ""), 80));
        Assert.Contains("Memory.cu(2)", failure.Message, StringComparison.Ordinal);
    }

    private static Nvrtc Find(int architecture)
    {
        try
        {
            return NvrtcSearch.Find(NvrtcSearch.Folders(), architecture);
        }
        catch (CudaException e)
        {
            Assert.Skip($"The kernels cannot be compiled here: {e.Message}.");
            throw;
        }
    }

    [GeneratedRegex(@"Function properties for (?<kernel>\w+)\n[^\n]*?(?<spills>\d+ bytes spill stores, \d+ bytes spill loads)\n[^\n]*Used (?<registers>\d+) registers")]
    private static partial Regex Usage();
}
