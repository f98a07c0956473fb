using System.Diagnostics;
using Ntm.Core.Engines.Cuda;

namespace Ntm.Core.Tests.Engines.Cuda;

/// <summary>The kernels compiled for the host by g++ (see <c>Host/shim.h</c>), once per process.</summary>
internal static class HostLibrary
{
    /// <summary>A folder of kernels to use in place of the embedded ones: mutations.sh tries changed ones.</summary>
    private const string SourceVariable = "NTM_KERNELS";

    private static readonly Lazy<(HostKernels? Library, string Reason)> Built = new(Build);

    /// <summary>The engine on the host: see <see cref="HostDriver.Runtime"/>.</summary>
    public static CudaRuntime Runtime(
        Schedule schedule = Schedule.Descending, int threads = 128, int sharedMemory = 64 << 10, long historyBytes = 1 << 30) =>
        HostDriver.Runtime(Get(), schedule, threads, sharedMemory, historyBytes);

    /// <summary>The library; skips the test, with the reason, if there is no compiler.</summary>
    public static HostKernels Get()
    {
        Assert.SkipWhen(Built.Value.Library is null, Built.Value.Reason);
        return Built.Value.Library!;
    }

    private static (HostKernels? Library, string Reason) Build()
    {
        var folder = Directory.CreateTempSubdirectory("ntm-kernels-").FullName;
        try
        {
            var sources = Environment.GetEnvironmentVariable(SourceVariable);
            File.WriteAllText(
                Path.Join(folder, "kernels.cu"),
                sources is null ? KernelSource.Text : KernelSource.Join(file => File.ReadAllText(Path.Join(sources, file + ".cu"))));
            var library = Path.Join(folder, "kernels.so");
            var host = Path.Join(AppContext.BaseDirectory, "Engines", "Cuda", "Host");
            // A mutation must not be caught because it leaves something unused.
            string[] warnings = sources is null ? ["-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas"] : ["-w"];
            string[] arguments = ["-std=c++17", "-O1", "-shared", "-fPIC", .. warnings, "-I", folder, "-o", library, Path.Join(host, "host.cpp")];
            using var process = Process.Start(new ProcessStartInfo("g++", arguments) { RedirectStandardError = true });
            var errors = process!.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"g++ refuses the kernels:\n{errors}");
            return (new HostKernels(library), "");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (null, $"The kernels cannot be run on the host: g++ does not start ({e.Message}).");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
