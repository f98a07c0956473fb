namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>The CPU engine against the reference engine in float64.</summary>
public class ParityGridTests(ITestOutputHelper output)
{
    [Fact]
    public void Random_configurations_agree_with_the_reference() =>
        ParityGrid.Run(output, count: 200, (c, _) => ($"{c}", Parity.Compare(c)));
}
