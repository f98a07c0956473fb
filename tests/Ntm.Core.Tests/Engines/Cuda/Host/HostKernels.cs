using System.Runtime.InteropServices;
using System.Text;

namespace Ntm.Core.Engines.Cuda;

/// <summary>The order in which the threads of a block run between two barriers.</summary>
public enum Schedule
{
    Ascending,
    Descending,
    Random,
}

/// <summary>The kernels as a library for the host: see <c>shim.h</c>.</summary>
internal sealed unsafe class HostKernels
{
    private readonly delegate* unmanaged<byte*, int, int, int, int, int, void**, byte*> _launch;
    private readonly delegate* unmanaged<int, int> _size;
    private readonly Lock _running = new();

    /// <summary>Loads a library.</summary>
    public HostKernels(string path)
    {
        var library = NativeLibrary.Load(path);
        _launch = (delegate* unmanaged<byte*, int, int, int, int, int, void**, byte*>)NativeLibrary.GetExport(library, "hostLaunch");
        _size = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "hostSize");
    }

    /// <summary>Runs a kernel.</summary>
    /// <exception cref="InvalidOperationException">The kernel did something that a device forbids; the message has the details.</exception>
    public void Launch(string kernel, int across, int down, int threads, int sharedBytes, Schedule schedule, ReadOnlySpan<nint> arguments)
    {
        lock (_running)
        {
            byte* problem;
            fixed (byte* name = Encoding.UTF8.GetBytes(kernel + "\0"))
            fixed (nint* pointers = arguments)
                problem = _launch(name, across, down, threads, sharedBytes, (int)schedule, (void**)pointers);
            if (problem is not null)
                throw new InvalidOperationException($"{kernel}: {Marshal.PtrToStringUTF8((nint)problem)}");
        }
    }

    /// <summary>The size of a structure as the kernels see it: the sequence's, a product's, the call of products, the initial state's.</summary>
    public int SizeOf(int structure) => _size(structure);
}
