using System.Reflection;

namespace Ntm.Core.Tests.NativeLoading;

/// <summary>The TorchSharp package in the cache that this test project was built from.</summary>
internal static class TorchSharpPackage
{
    /// <summary>The native library for Linux x64, as the package has it.</summary>
    public static string LinuxLibrary { get; } = Path.Combine(Folder(), "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    private static string Folder() => typeof(TorchSharpPackage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "TorchSharpPackage").Value ?? throw new InvalidOperationException("The build gave no TorchSharp package.");
}
