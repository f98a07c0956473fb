using Xunit.Sdk;

namespace Ntm.Core.Tests.Engines;

/// <summary>Tests the grid itself: failures that it must detect.</summary>
public class ParityGridSelfTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(9e-6, 0, true)]
    [InlineData(1e-3, 1e-4, false)]
    [InlineData(double.NaN, 1, false)]
    public void A_value_that_is_off_is_told(double distance, double reference, bool passes) =>
        Check(passes, i => i == 3 ? (distance, reference) : (1e-7, 0));

    /// <summary>Each is excused by the reference's own rounding, but there are too many of them.</summary>
    [Theory]
    [InlineData(20, true)]
    [InlineData(10, false)]
    public void Values_that_rounding_excuses_are_rare(int every, bool passes) => Check(passes, i => i % every == 0 ? (1e-4, 1e-4) : (1e-7, 0));

    private void Check(bool passes, Func<int, (double Distance, double Reference)> value)
    {
        var thrown = Record.Exception(() => ParityGrid.Run(output, 5, (_, _) => ("case", Enumerable.Range(1, 100).Select(i => ("value", value(i).Distance, value(i).Reference)))));
        if (passes)
            Assert.Null(thrown);
        else
            Assert.IsAssignableFrom<XunitException>(thrown);
    }
}
