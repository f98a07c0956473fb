using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Ntm.Core;

/// <summary>
/// The architecture of an <c>LstmNetwork</c>: everything that determines its shapes. It is stored with the weights, so that one file
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
    [Description("Units of each layer of the network.")]
    [Range(1, 65536)]
    public int HiddenSize { get; set; } = 256;

    /// <summary>Layers, <c>L</c>.</summary>
    /// <value>The default value is 3, the paper's.</value>
    [Description("Layers of the network.")]
    [Range(1, 64)]
    public int Layers { get; set; } = 3;

    /// <summary>Returns an independent copy.</summary>
    public LstmOptions Clone() => (LstmOptions)MemberwiseClone();
}
