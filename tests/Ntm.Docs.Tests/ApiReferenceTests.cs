using Ntm.ApiDocs;

namespace Ntm.Docs.Tests;

public class ApiReferenceTests
{
    [Fact]
    public void The_reference_is_that_of_the_code()
    {
        var made = ApiReference.Pages();
        var kept = Directory.EnumerateFiles(Documents.Reference, "*.md", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(Documents.Reference, file).Replace('\\', '/'), File.ReadAllText);
        var different = made.Keys.Union(kept.Keys).Where(name => made.GetValueOrDefault(name) != kept.GetValueOrDefault(name)).Order(StringComparer.Ordinal).ToList();
        Assert.True(different.Count == 0, $"docs/api does not match the code; run tools/api-docs.sh. Pages that differ: {string.Join(", ", different)}.");
    }

    [Fact]
    public void It_tells_shapes_defaults_ranges_and_exceptions()
    {
        var pages = ApiReference.Pages();
        Assert.Contains("Range: from 1 to 65536", pages["Ntm.Runtime/NtmOptions.md"]);
        Assert.Contains("Value: The default value is 100.", pages["Ntm.Runtime/NtmOptions.md"]);
        var machine = pages["Ntm.Core/NeuralTuringMachine.md"];
        Assert.Contains("- `inputs`: `[T, B, I]`; at least one step and one sequence, finite.", machine);
        Assert.Contains("Throws `ArgumentException`: ", machine);
        // Inherited: the comment is the interface's.
        Assert.Contains("Width of an input vector, `I`.", machine);
    }
}
