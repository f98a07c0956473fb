namespace Ntm.Core.Engines.Cuda;

/// <summary>
/// Pointers and other words that kernels look up on the device: gathered here, then uploaded at once. Where nothing changed since the
/// last time, nothing is uploaded.
/// </summary>
internal sealed unsafe class DevicePointers(ICudaDriver driver) : IDisposable
{
    private readonly DeviceBuffer _buffer = new(driver);
    private readonly List<nint> _words = [];
    private nint[] _uploaded = [];

    /// <summary>Forgets what was gathered.</summary>
    public void Begin() => _words.Clear();

    /// <summary>Adds words.</summary>
    /// <returns>The first one's place.</returns>
    public int Add(params ReadOnlySpan<nint> words)
    {
        var place = _words.Count;
        _words.AddRange(words);
        return place;
    }

    /// <summary>Adds a structure, which starts and ends at a word's boundary.</summary>
    public int Add<T>(T structure)
        where T : unmanaged =>
        Add(new ReadOnlySpan<nint>(&structure, sizeof(T) / sizeof(nint)));

    /// <summary>Brings everything to the device.</summary>
    /// <returns>Where it lies there.</returns>
    public nint* Upload()
    {
        var target = _buffer.Start;
        var bytes = (long)_words.Count * sizeof(nint);
        _buffer.Require(bytes);
        if (target == _buffer.Start && _words.SequenceEqual(_uploaded))
            return (nint*)target;
        _uploaded = [.. _words];
        fixed (nint* source = _uploaded)
            driver.Upload(source, _buffer.Start, bytes);
        return (nint*)_buffer.Start;
    }

    public void Dispose() => _buffer.Dispose();
}
