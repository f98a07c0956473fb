using Ntm.Paper.Catalog;
using Ntm.Paper.Reproduce;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Tests.Reproduce;

public class FindingTests
{
    [Fact]
    public void Every_finding_is_of_a_task_and_its_table_is_whole()
    {
        string[] tasks = [.. TaskCatalog.All.Select(t => t.Name)];
        Assert.All(SettingsJson.ReadResource("findings.json"), entry => Assert.Contains(entry.Key, tasks));
        foreach (var finding in tasks.SelectMany(Finding.Of))
        {
            Assert.NotEmpty(finding.Title);
            Assert.NotEmpty(finding.Text);
            Assert.All(finding.Rows, row => Assert.Equal(finding.Columns.Count, row.Count));
        }
    }
}
