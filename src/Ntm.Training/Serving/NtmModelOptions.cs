using System.ComponentModel.DataAnnotations;
using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>Options for a model that is served, see <see cref="NtmModelServices"/>.</summary>
public sealed class NtmModelOptions
{
    /// <summary>The engine that computes the model. A CPU or CUDA engine that does not support the model is an error, rather than replaced by the reference
    /// engine.</summary>
    /// <value>The default value is <see cref="EngineKind.Auto"/>.</value>
    public EngineKind Engine { get; set; }

    /// <summary>The maximum number of threads that the CPU engine uses for one request; 0 for one per core.</summary>
    /// <value>The default value is 1: requests run at the same time, and more threads within each would only compete.</value>
    [Range(0, 65536)]
    public int Threads { get; set; } = 1;

    /// <summary>The device that the model is moved to; <see langword="null"/> for the CPU.</summary>
    /// <value>The default value is <see langword="null"/>.</value>
    public Device? Device { get; set; }

    /// <summary>The custom components that the model was created with; <see langword="null"/> for none, or for the ones that the file names.</summary>
    /// <value>The default value is <see langword="null"/>.</value>
    public NtmParts? Parts { get; set; }
}
