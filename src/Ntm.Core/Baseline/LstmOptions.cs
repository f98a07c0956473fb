using System.ComponentModel.DataAnnotations;

namespace Ntm.Core;

/// <summary>
/// The architecture of an <see cref="LstmNetwork"/>: everything that decides its shapes. Stored with the weights, so that one file
/// rebuilds the model.
/// </summary>
public class LstmOptions
{
    /// <summary>Width of the input vector, <c>I</c>.</summary>
    /// <value>The default value is 9, the copy task's.</value>
    [Range(1, 65536)]
    public int InputSize { get; set; } = 9;

    /// <summary>Width of the output vector (logits), <c>O</c>.</summary>
    /// <value>The default value is 8, the copy task's.</value>
    [Range(1, 65536)]
    public int OutputSize { get; set; } = 8;

    /// <summary>Units in each layer, <c>H</c>.</summary>
    /// <value>The default value is 256, the paper's for copy.</value>
    [Range(1, 65536)]
    public int HiddenSize { get; set; } = 256;

    /// <summary>Layers, <c>L</c>.</summary>
    /// <value>The default value is 3, the paper's.</value>
    [Range(1, 64)]
    public int Layers { get; set; } = 3;

    /// <summary>Trained numbers in the network: <c>4H(I + H + 1)</c> in the first layer and <c>4H(I + 2H + 1)</c> in each above it,
    /// <c>2H</c> initial values a layer, and <c>O(LH + 1)</c> in the output layer.</summary>
    internal long ParameterCount()
    {
        long h = HiddenSize;
        long above = Layers - 1;
        return 4 * h * (InputSize + h + 1) + above * 4 * h * (InputSize + 2 * h + 1) + 2 * h * Layers + OutputSize * (Layers * h + 1);
    }

    /// <summary>An independent copy.</summary>
    public LstmOptions Clone() => (LstmOptions)MemberwiseClone();
}
