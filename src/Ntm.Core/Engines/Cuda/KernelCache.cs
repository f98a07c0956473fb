using System.Security.Cryptography;
using System.Text;
using Ntm.Core.Serialization;

namespace Ntm.Core.Engines.Cuda;

/// <summary>
/// A cache of compiled kernels on disk, because compiling takes seconds. The name of a file is the hash of everything that the result depends on. The content
/// begins with the hash of the rest, so a damaged file is detected and compiled again. Without a writable folder, every call compiles.
/// </summary>
/// <param name="folder">The folder; created if it does not exist. <see langword="null"/> for none.</param>
internal sealed class KernelCache(string? folder)
{
    /// <summary>The cache of the user, in the folder for data that stays on this computer.</summary>
    public static KernelCache OfUser()
    {
        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return new KernelCache(local.Length == 0 ? null : Path.Join(local, "ntm", "kernels"));
    }

    /// <summary>Returns the compiled kernels from the cache, or compiles and stores them.</summary>
    /// <param name="source">The source.</param>
    /// <param name="architecture">The compute capability.</param>
    /// <param name="compiler">The version of the compiler.</param>
    /// <param name="compile">Compiles the kernels.</param>
    public byte[] Get(string source, int architecture, string compiler, Func<byte[]> compile)
    {
        if (folder is null)
            return compile();
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"sm_{architecture}\nNVRTC {compiler}\n{source}")));
        var path = Path.Join(folder, $"{key}.cubin");
        if (Read(path) is { } kept)
            return kept;
        var compiled = compile();
        Write(path, compiled);
        return compiled;
    }

    private static byte[]? Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var isWhole = bytes.Length > SHA256.HashSizeInBytes
                && SHA256.HashData(bytes.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes));
            return isWhole ? bytes[SHA256.HashSizeInBytes..] : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Write(string path, byte[] compiled)
    {
        try
        {
            Directory.CreateDirectory(folder!);
            AtomicFile.Write(path, stream =>
            {
                stream.Write(SHA256.HashData(compiled));
                stream.Write(compiled);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The cache could not be written; the compiled kernels are still usable.
        }
    }
}
