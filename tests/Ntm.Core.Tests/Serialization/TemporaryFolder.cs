namespace Ntm.Core.Tests.Serialization;

/// <summary>A new folder that is deleted with its content.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ntm-tests-").FullName;

    public string File(string name) => System.IO.Path.Join(Path, name);

    /// <summary>The names of what lies in the folder, sorted.</summary>
    public IEnumerable<string?> Names => Directory.EnumerateFileSystemEntries(Path).Select(System.IO.Path.GetFileName).Order();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
