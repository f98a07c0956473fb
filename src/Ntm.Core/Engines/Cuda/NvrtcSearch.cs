using System.Globalization;

namespace Ntm.Core.Engines.Cuda;

/// <summary>Finds NVRTC: libtorch for CUDA brings a copy with its own file name; a CUDA toolkit has one under the usual names.</summary>
internal static class NvrtcSearch
{
    /// <summary>The system's names, the newest first. CUDA toolkit 11 names every version 11.2.</summary>
    private static readonly string[] Names = OperatingSystem.IsWindows()
        ? ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"]
        : ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2"];

    /// <summary>Returns the first NVRTC that compiles for a device.</summary>
    /// <param name="folders">The folders to search before the system's.</param>
    /// <param name="capability">The device's compute capability.</param>
    /// <param name="driver">The CUDA version that the driver supports, 13000 for 13.0.</param>
    /// <exception cref="CudaException">None was found.</exception>
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

    /// <summary>Returns the reason why a compiler's code would not run on a device; <see langword="null"/> if it would.</summary>
    public static string? Unfit(string version, IEnumerable<int> architectures, int capability, int driver)
    {
        // A driver runs the code of all CUDA versions up to its own major version, but not of later ones.
        if (int.Parse(version.Split('.')[0], CultureInfo.InvariantCulture) > driver / 1000)
            return $"is newer than the driver, which is for CUDA {driver / 1000}.{driver % 1000 / 10}";
        return Architecture(architectures, capability) is null ? $"does not compile for compute capability {capability / 10}.{capability % 10}" : null;
    }

    /// <summary>The folders to search before the system's: the one in <c>NTM_NVRTC</c>, and those that may contain libtorch.</summary>
    public static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("NTM_NVRTC") is { Length: > 0 } folder)
            yield return Path.GetFullPath(folder);
        yield return AppContext.BaseDirectory;
        foreach (var runtime in (string[])["linux-x64", "win-x64"])
            yield return Path.Join(AppContext.BaseDirectory, "runtimes", runtime, "native");
    }

    /// <summary>Returns the target to compile for: the device's own capability, or an older one of the same generation, whose code the device runs.</summary>
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
            // libnvrtc-<hash>.so.12 of libtorch, or a plain one; not the builtins library, which NVRTC loads itself.
            foreach (var pattern in (string[])["libnvrtc-*.so*", "libnvrtc.so*", "nvrtc64_*.dll"])
                foreach (var file in Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal).Where(f => !f.Contains("builtins", StringComparison.Ordinal)))
                    yield return file;
        }

        foreach (var name in Names)
            yield return name;
    }
}
