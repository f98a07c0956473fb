using System.Globalization;

namespace Ntm.Core.Engines.Cuda;

/// <summary>Finds NVRTC: libtorch for CUDA brings one under a name of its own; a CUDA toolkit has it under the usual ones.</summary>
internal static class NvrtcSearch
{
    /// <summary>The system's names, the newest first. A toolkit 11 calls every version 11.2.</summary>
    private static readonly string[] Names = OperatingSystem.IsWindows()
        ? ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"]
        : ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2"];

    /// <summary>The first NVRTC that compiles for a device.</summary>
    /// <param name="folders">Where to look before the system's.</param>
    /// <param name="capability">The device's compute capability.</param>
    /// <param name="driver">The CUDA version that the driver supports, 13000 for 13.0.</param>
    /// <exception cref="CudaException">There is none.</exception>
    public static Nvrtc Find(IEnumerable<string> folders, int capability, int driver = int.MaxValue)
    {
        var others = new List<string>();
        foreach (var candidate in Candidates(folders))
        {
            if (Nvrtc.TryLoad(candidate) is not { } nvrtc)
                continue;
            if (Unfit(nvrtc.Version, nvrtc.Architectures, capability, driver) is not { } reason)
                return nvrtc;
            others.Add($"NVRTC {nvrtc.Version} {reason}");
        }

        throw new CudaException(others.Count == 0
            ? $"NVIDIA's compiler NVRTC ({string.Join(", ", Names)}) was not found"
            : string.Join("; ", others.Distinct()));
    }

    /// <summary>Why a compiler's code would not run on a device; <see langword="null"/> if it would.</summary>
    public static string? Unfit(string version, IEnumerable<int> architectures, int capability, int driver)
    {
        // A driver runs the code of every CUDA of its own major version and of those before, not of a later one.
        if (int.Parse(version.Split('.')[0], CultureInfo.InvariantCulture) > driver / 1000)
            return $"is newer than the driver, which is for CUDA {driver / 1000}.{driver % 1000 / 10}";
        return Architecture(architectures, capability) is null ? $"does not compile for compute capability {capability / 10}.{capability % 10}" : null;
    }

    /// <summary>The folders to look in before the system's: the one that <c>NTM_NVRTC</c> names, and those in which libtorch may lie.</summary>
    public static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("NTM_NVRTC") is { Length: > 0 } folder)
            yield return Path.GetFullPath(folder);
        yield return AppContext.BaseDirectory;
        foreach (var runtime in (string[])["linux-x64", "win-x64"])
            yield return Path.Join(AppContext.BaseDirectory, "runtimes", runtime, "native");
    }

    /// <summary>What to compile for: the device's own capability, or an older one of the same generation, whose code it runs.</summary>
    public static int? Architecture(IEnumerable<int> supported, int capability)
    {
        int[] usable = [.. supported.Where(a => a / 10 == capability / 10 && a <= capability)];
        return usable.Length == 0 ? null : usable.Max();
    }

    private static IEnumerable<string> Candidates(IEnumerable<string> folders)
    {
        foreach (var folder in folders)
        {
            if (!Directory.Exists(folder))
                continue;
            // libnvrtc-<hash>.so.12 of libtorch, or a plain one; not the builtins, which it loads itself.
            foreach (var pattern in (string[])["libnvrtc-*.so*", "libnvrtc.so*", "nvrtc64_*.dll"])
                foreach (var file in Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal).Where(f => !f.Contains("builtins", StringComparison.Ordinal)))
                    yield return file;
        }

        foreach (var name in Names)
            yield return name;
    }
}
