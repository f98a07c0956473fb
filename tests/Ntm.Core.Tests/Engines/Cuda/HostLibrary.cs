using System.Diagnostics;
using System.Runtime.InteropServices;
using Ntm.Core.Engines.Cuda;

namespace Ntm.Core.Tests.Engines.Cuda;

/// <summary>The kernels compiled for the host by g++ (see <c>Host/shim.h</c>), once per process.</summary>
public sealed unsafe class HostLibrary
{
    /// <summary>A folder of kernels to take instead of the embedded ones: how mutations.sh tries changed ones.</summary>
    private const string SourceVariable = "NTM_KERNELS";

    private static readonly Lazy<(HostLibrary? Library, string Reason)> Built = new(Build);

    private readonly delegate* unmanaged<byte*, int, int, int, int, int, void**, byte*> _launch;
    private readonly delegate* unmanaged<int, int> _size;

    private HostLibrary(nint library)
    {
        _launch = (delegate* unmanaged<byte*, int, int, int, int, int, void**, byte*>)NativeLibrary.GetExport(library, "hostLaunch");
        _size = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "hostSize");
    }

    /// <summary>The library; skips the test, with the reason, where there is no compiler.</summary>
    public static HostLibrary Get()
    {
        Assert.SkipWhen(Built.Value.Library is null, Built.Value.Reason);
        return Built.Value.Library!;
    }

    /// <summary>Runs a kernel.</summary>
    /// <exception cref="InvalidOperationException">The kernel did something that a device forbids; the message says what.</exception>
    public void Launch(string kernel, int across, int down, int threads, int sharedBytes, int schedule, ReadOnlySpan<nint> arguments)
    {
        byte* problem;
        fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(kernel + "\0"))
        fixed (nint* pointers = arguments)
            problem = _launch(name, across, down, threads, sharedBytes, schedule, (void**)pointers);
        if (problem is not null)
            throw new InvalidOperationException($"{kernel}: {Marshal.PtrToStringUTF8((nint)problem)}");
    }

    /// <summary>The size of a structure as the kernels see it: the sequence's, a product's, the call of products, the initial state's.</summary>
    public int SizeOf(int structure) => _size(structure);

    private static (HostLibrary? Library, string Reason) Build()
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
            string[] arguments =
                ["-std=c++14", "-O1", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas", "-I", folder, "-o", library, Path.Join(host, "host.cpp")];
            using var process = Process.Start(new ProcessStartInfo("g++", arguments) { RedirectStandardError = true });
            var errors = process!.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"g++ refuses the kernels:\n{errors}");
            return (new HostLibrary(NativeLibrary.Load(library)), "");
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
