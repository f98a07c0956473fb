using System.Runtime.InteropServices;

namespace Ntm.Core.Engines;

/// <summary>Functions of libtorch that TorchSharp does not expose.</summary>
internal static class LibtorchFunction
{
    /// <summary>Returns the address of a function that libtorch exports under its C++ name, or 0 if there is none.</summary>
    /// <param name="name">The name on Linux and macOS.</param>
    /// <param name="windowsName">The name on Windows.</param>
    public static nint Find(string name, string windowsName)
    {
        // The library is already loaded, under its own name, from the place where TorchSharp found it.
        foreach (var library in (string[])["torch_cpu", "libtorch_cpu.so", "libtorch_cpu.dylib", "torch_cpu.dll"])
        {
            if (NativeLibrary.TryLoad(library, typeof(LibtorchFunction).Assembly, null, out var handle)
                && NativeLibrary.TryGetExport(handle, OperatingSystem.IsWindows() ? windowsName : name, out var address))
                return address;
        }

        return 0;
    }
}
