using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>The engine without AVX, AVX2 and FMA: the same tests in a process whose runtime has them disabled.</summary>
public class PortablePathTests(ITestOutputHelper output)
{
    private const string Denied = "NTM_WITHOUT_AVX";

    [Fact]
    public async Task The_parity_grid_passes_without_avx()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(PortablePathTests).Assembly.Location);
        foreach (var name in (string[])[nameof(ParityGridTests), nameof(SequenceTrainingPassTests), nameof(PortablePathTests)])
        {
            start.ArgumentList.Add("-class");
            start.ArgumentList.Add($"*.{name}");
        }

        if (Environment.GetEnvironmentVariable(Denied) is not null)
        {
            // Without AVX there is neither AVX2 nor FMA; without AVX2 alone, what asks for AVX would not take its portable branch.
            Assert.False(Avx.IsSupported || Fma.IsSupported || Vector256.IsHardwareAccelerated);
            return;
        }

        start.Environment["DOTNET_EnableAVX"] = "0";
        start.Environment["NTM_PARITY_COUNT"] = "20";
        start.Environment[Denied] = "1";
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        output.WriteLine(await text);
        Assert.True(process.ExitCode == 0, await text + await errors);
    }
}
