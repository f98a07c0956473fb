using System.Runtime.InteropServices;
using System.Text;

namespace Ntm.Core.Engines.Cuda;

/// <summary>The functions of NVIDIA's run-time compiler that the engine needs. It does not need a device.</summary>
internal sealed unsafe class Nvrtc
{
    private readonly delegate* unmanaged<void**, byte*, byte*, int, byte**, byte**, int> _createProgram;
    private readonly delegate* unmanaged<void**, int> _destroyProgram;
    private readonly delegate* unmanaged<void*, int, byte**, int> _compileProgram;
    private readonly delegate* unmanaged<void*, nuint*, int> _logSize;
    private readonly delegate* unmanaged<void*, byte*, int> _log;
    private readonly delegate* unmanaged<void*, nuint*, int> _cubinSize;
    private readonly delegate* unmanaged<void*, byte*, int> _cubin;
    private readonly delegate* unmanaged<int, byte*> _errorString;

    private Nvrtc(nint library, string path)
    {
        void* Find(string name) => NativeLibrary.TryGetExport(library, name, out var address)
            ? (void*)address
            : throw new CudaException($"{path} has no {name}: it is older than CUDA 11.2");
        Path = path;
        _createProgram = (delegate* unmanaged<void**, byte*, byte*, int, byte**, byte**, int>)Find("nvrtcCreateProgram");
        _destroyProgram = (delegate* unmanaged<void**, int>)Find("nvrtcDestroyProgram");
        _compileProgram = (delegate* unmanaged<void*, int, byte**, int>)Find("nvrtcCompileProgram");
        _logSize = (delegate* unmanaged<void*, nuint*, int>)Find("nvrtcGetProgramLogSize");
        _log = (delegate* unmanaged<void*, byte*, int>)Find("nvrtcGetProgramLog");
        _cubinSize = (delegate* unmanaged<void*, nuint*, int>)Find("nvrtcGetCUBINSize");
        _cubin = (delegate* unmanaged<void*, byte*, int>)Find("nvrtcGetCUBIN");
        _errorString = (delegate* unmanaged<int, byte*>)Find("nvrtcGetErrorString");
        int major, minor, count;
        Check(((delegate* unmanaged<int*, int*, int>)Find("nvrtcVersion"))(&major, &minor), "nvrtcVersion");
        Version = $"{major}.{minor}";
        Check(((delegate* unmanaged<int*, int>)Find("nvrtcGetNumSupportedArchs"))(&count), "nvrtcGetNumSupportedArchs");
        var architectures = new int[count];
        fixed (int* target = architectures)
            Check(((delegate* unmanaged<int*, int>)Find("nvrtcGetSupportedArchs"))(target), "nvrtcGetSupportedArchs");
        Architectures = architectures;
    }

    /// <summary>The path where it was found.</summary>
    public string Path { get; }

    /// <summary>Its CUDA version, such as 12.8.</summary>
    public string Version { get; }

    /// <summary>The compute capabilities that it supports, 90 for 9.0.</summary>
    public IReadOnlyList<int> Architectures { get; }

    /// <summary>Loads a library.</summary>
    /// <param name="path">Its path, or a name that the system's loader finds.</param>
    /// <returns><see langword="null"/> if there is no library, or it is not usable.</returns>
    public static Nvrtc? TryLoad(string path)
    {
        // NVRTC looks for its builtins library where the loader looks, not in its own folder. A library that is already loaded is found.
        if (System.IO.Path.IsPathRooted(path))
            foreach (var builtins in Directory.GetFiles(System.IO.Path.GetDirectoryName(path)!, "*nvrtc-builtins*"))
                NativeLibrary.TryLoad(builtins, out _);
        if (!NativeLibrary.TryLoad(path, out var library))
            return null;
        try
        {
            return new Nvrtc(library, path);
        }
        catch (CudaException)
        {
            return null;
        }
    }

    /// <summary>Compiles a source.</summary>
    /// <param name="source">CUDA C++.</param>
    /// <param name="architecture">The compute capability, one of <see cref="Architectures"/>.</param>
    /// <param name="options">Further options.</param>
    /// <returns>The cubin, and the compiler's messages.</returns>
    /// <exception cref="CudaException">The source does not compile; the message contains the compiler's messages.</exception>
    public (byte[] Cubin, string Log) Compile(string source, int architecture, params ReadOnlySpan<string> options)
    {
        void* program;
        fixed (byte* text = Zero(source), name = Zero("ntm.cu"))
            Check(_createProgram(&program, text, name, 0, null, null), "nvrtcCreateProgram");
        try
        {
            string[] all = [$"--gpu-architecture=sm_{architecture}", "--std=c++17", .. options];
            var result = Compile(program, all);
            var log = Log(program);
            if (result != 0)
                throw new CudaException($"NVRTC {Version} failed for sm_{architecture}: {Describe(result)}\n{log}");
            nuint size;
            Check(_cubinSize(program, &size), "nvrtcGetCUBINSize");
            var cubin = new byte[size];
            fixed (byte* target = cubin)
                Check(_cubin(program, target), "nvrtcGetCUBIN");
            return (cubin, log);
        }
        finally
        {
            _ = _destroyProgram(&program);
        }
    }

    private int Compile(void* program, string[] options)
    {
        var texts = Array.ConvertAll(options, Marshal.StringToCoTaskMemUTF8);
        try
        {
            fixed (nint* pointers = texts)
                return _compileProgram(program, options.Length, (byte**)pointers);
        }
        finally
        {
            Array.ForEach(texts, Marshal.FreeCoTaskMem);
        }
    }

    private string Log(void* program)
    {
        nuint size;
        if (_logSize(program, &size) != 0 || size < 1)
            return "";
        var log = new byte[size];
        fixed (byte* target = log)
            return _log(program, target) == 0 ? Encoding.UTF8.GetString(log, 0, log.Length - 1) : "";
    }

    private void Check(int result, string function)
    {
        if (result != 0)
            throw new CudaException($"{function} failed: {Describe(result)}");
    }

    private string Describe(int result) => Marshal.PtrToStringUTF8((nint)_errorString(result)) ?? $"error {result}";

    private static byte[] Zero(string text) => Encoding.UTF8.GetBytes(text + "\0");
}
