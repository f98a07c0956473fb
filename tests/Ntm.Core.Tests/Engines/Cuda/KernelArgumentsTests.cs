using System.Reflection;

namespace Ntm.Core.Tests.Engines.Cuda;

/// <summary>The kernels' declarations are those of the launcher.</summary>
public class KernelArgumentsTests
{
    [Fact]
    public void The_declarations_are_made_of_the_structures()
    {
        var file = Path.Combine(Source(), "src", "Ntm.Core", "Engines", "Cuda", "Kernels", "Arguments.cu");
        if (Environment.GetEnvironmentVariable("NTM_WRITE") == "1")
            File.WriteAllText(file, KernelArguments.Text());
        Assert.Equal(KernelArguments.Text(), File.ReadAllText(file));
    }

    private static string Source() =>
        typeof(KernelArgumentsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Repository").Value!;
}
