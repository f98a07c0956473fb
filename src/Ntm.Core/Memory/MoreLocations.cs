using Ntm.Core.Internal;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>The rules by which a trained machine gets more locations: what its tensors have for the new ones.</summary>
internal static class MoreLocations
{
    /// <summary>The seed of a random memory's new locations: the same model always grows to the same larger one.</summary>
    private const int Seed = 0;

    /// <summary>How far the bias of a new location lies below a head's greatest: <c>e^-110</c> is 0 in float32 and 2e-48 in float64.</summary>
    private const double Below = 110;

    /// <summary>The tensors of a cell that are not copied: <c>1 / N</c>, which depends on the new number.</summary>
    private static readonly string[] NotCopied = ["read_heads.initial_weightings.value", "write_heads.initial_weightings.value"];

    /// <summary>Returns the values for a tensor of the larger machine, or <see langword="null"/> if it has them already.</summary>
    /// <param name="name">The tensor's name in the cell's <c>state_dict</c>.</param>
    /// <param name="trained">The trained values.</param>
    /// <param name="options">The larger machine's options.</param>
    public static Tensor? Grown(string name, Tensor trained, NtmOptions options)
    {
        if (NotCopied.Contains(name))
            return null;
        return name switch
        {
            "memory.value" when options.Memory != MemoryKind.Constant => cat([trained, Rows(trained, options.MemoryLocations - trained.shape[0], options.Memory)], 0),
            "read_heads.initial_weightings.bias" or "write_heads.initial_weightings.bias" => cat([trained, Bias(trained, options.MemoryLocations - trained.shape[1])], 1),
            _ => trained.alias(),
        };
    }

    private static Tensor Bias(Tensor trained, long count) => (trained.amax([1], keepdim: true) - Below).expand(trained.shape[0], count);

    private static Tensor Rows(Tensor trained, long count, MemoryKind kind)
    {
        if (kind == MemoryKind.Learned)
            return trained.mean([0], keepdim: true).expand(count, trained.shape[1]);
        using var initializer = new Initializer(Seed);
        return initializer.UniformTensor(trained.abs().max().to(ScalarType.Float64).item<double>(), count, trained.shape[1]).to(trained.dtype, trained.device);
    }
}
