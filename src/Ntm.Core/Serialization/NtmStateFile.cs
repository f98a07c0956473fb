namespace Ntm.Core.Serialization;

/// <summary>
/// Saves and loads a state: a safetensors file with the tensors <c>memory [B, N, M]</c>, <c>reads [B, R, M]</c>, <c>read_weightings [B, R, N]</c>,
/// <c>write_weightings [B, K, N]</c>, and <c>controller.0</c>, <c>controller.1</c> and so on for the controller's, <c>[B, ...]</c>. The header's metadata has
/// <c>format = ntm-state</c> and <c>ntm-state.version = 1</c>. Saving is atomic: an existing file stays until the new one is complete and on disk.
/// </summary>
public static class NtmStateFile
{
    /// <summary>The version of the format that this class writes, and the newest one that it reads.</summary>
    public const int Version = StateFormat.Version;

    /// <summary>Saves a state. Its history is not saved: a loaded state has no gradient.</summary>
    /// <param name="state">The state, on any device.</param>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <exception cref="ObjectDisposedException">A tensor of the state has been disposed; the file is unchanged.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(NtmState state, string path)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var tensors = StateFormat.Names(state.Controller.Length).Zip(state.Tensors(), (name, tensor) => tensor.IsInvalid
            ? throw new ObjectDisposedException(nameof(state), $"The tensor {name} of the state has been disposed; expected a state that can be saved.")
            : SafeTensor.FromTensor(name, tensor));
        StateFormat.File(tensors).Save(path);
    }

    /// <summary>Loads a state to the CPU, with the element type that it was saved with.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SafeTensorsFormatException">The file is damaged, is not a state's, or is from a newer version; the message names the
    /// tensor.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NtmState Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return NtmState.Of([.. StateFormat.Tensors(SafeTensorsFile.Load(path), path).Select(t => t.ToTensor())]);
    }
}
