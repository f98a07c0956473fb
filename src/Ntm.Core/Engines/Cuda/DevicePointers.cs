namespace Ntm.Core.Engines.Cuda;

/// <summary>
/// Collects the pointers and other words that kernels look up on the device, and uploads them at once. If nothing has changed since the
/// last upload, it uploads nothing.
/// </summary>
internal sealed unsafe class DevicePointers(ICudaDriver driver) : IDisposable
{
    private readonly DeviceBuffer _buffer = new(driver);
    private readonly List<nint> _words = [];
    private nint[] _uploaded = [];

    /// <summary>Starts a new collection.</summary>
    public void Begin() => _words.Clear();

    /// <summary>Adds words.</summary>
    /// <returns>The index of the first word.</returns>
    public int Add(params ReadOnlySpan<nint> words)
    {
        var place = _words.Count;
        _words.AddRange(words);
        return place;
    }

    /// <summary>Adds a structure, which starts and ends at a word boundary.</summary>
    public int Add<T>(T structure)
        where T : unmanaged =>
        Add(new ReadOnlySpan<nint>(&structure, sizeof(T) / sizeof(nint)));

    /// <summary>Uploads everything to the device.</summary>
    /// <returns>The address on the device.</returns>
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
