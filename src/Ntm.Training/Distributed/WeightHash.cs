using System.Security.Cryptography;
using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Training.Distributed;

/// <summary>Computes a hash of a model's weights, by which ranks find that they have drifted apart.</summary>
internal static class WeightHash
{
    /// <summary>Returns the hash of parameters and buffers.</summary>
    public static string Of(ISequenceModel model) => Of([.. model.named_parameters().Select(p => (Tensor)p.parameter), .. Buffers(model)]);

    /// <summary>Returns the hash of the buffers.</summary>
    public static string OfBuffers(ISequenceModel model) => Of([.. Buffers(model)]);

    /// <summary>Returns all parameters and buffers.</summary>
    public static IEnumerable<Tensor> Tensors(ISequenceModel model) => [.. model.named_parameters().Select(p => (Tensor)p.parameter), .. Buffers(model)];

    private static IEnumerable<Tensor> Buffers(ISequenceModel model) => (model.named_buffers() ?? []).Select(b => b.buffer);

    private static string Of(IReadOnlyList<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors)
            hash.AppendData(tensor.detach().cpu().contiguous().bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
