using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Ntm.Core;

/// <summary>
/// The architecture of a Neural Turing Machine: everything that determines the shapes and equations of the model, and nothing that
/// affects its speed or its training. It is stored with the weights, so that one file rebuilds the model.
/// </summary>
public class NtmOptions
{
    /// <summary>Width of the input vector, <c>I</c>.</summary>
    /// <value>The default value is 9, the copy task's.</value>
    [Range(1, 65536)]
    public int InputSize { get; set; } = 9;

    /// <summary>Width of the output vector (logits), <c>O</c>.</summary>
    /// <value>The default value is 8, the copy task's.</value>
    [Range(1, 65536)]
    public int OutputSize { get; set; } = 8;

    /// <summary>The controller.</summary>
    /// <value>The default value is <see cref="ControllerKind.Lstm"/>.</value>
    public ControllerKind Controller { get; set; } = ControllerKind.Lstm;

    /// <summary>Units in each layer of the controller, <c>H</c>.</summary>
    /// <value>The default value is 100.</value>
    [Description("Units of each layer of the controller.")]
    [Range(1, 65536)]
    public int ControllerSize { get; set; } = 100;

    /// <summary>Layers of the controller.</summary>
    /// <value>The default value is 1.</value>
    [Description("Layers of the controller.")]
    [Range(1, 64)]
    public int ControllerLayers { get; set; } = 1;

    /// <summary>Locations (rows) of the memory, <c>N</c>.</summary>
    /// <value>The default value is 128.</value>
    [Description("Locations of the memory.")]
    [Range(1, 1 << 24)]
    public int MemoryLocations { get; set; } = 128;

    /// <summary>Width of a memory location, <c>M</c>.</summary>
    /// <value>The default value is 20.</value>
    [Description("Width of a memory location.")]
    [Range(1, 65536)]
    public int MemoryWidth { get; set; } = 20;

    /// <summary>Read heads, <c>R</c>.</summary>
    /// <value>The default value is 1.</value>
    [Description("Read heads.")]
    [Range(1, 256)]
    public int ReadHeads { get; set; } = 1;

    /// <summary>Write heads, <c>K</c>.</summary>
    /// <value>The default value is 1.</value>
    [Description("Write heads.")]
    [Range(1, 256)]
    public int WriteHeads { get; set; } = 1;

    /// <summary>The addressing mechanism of the heads.</summary>
    /// <value>The default value is <see cref="AddressingKind.ContentAndLocation"/>.</value>
    [Description("How heads find their locations.")]
    public AddressingKind Addressing { get; set; } = AddressingKind.ContentAndLocation;

    /// <summary>The largest shift of a head in one step, <c>S</c>: shifts <c>-S..S</c> are possible. <c>2S + 1</c> must not exceed
    /// <see cref="MemoryLocations"/>.</summary>
    /// <value>The default value is 1.</value>
    [Description("The largest shift of a head in one step, either way.")]
    [Range(0, 1024)]
    public int ShiftRange { get; set; } = 1;

    /// <summary>The memory at the start of a sequence.</summary>
    /// <value>The default value is <see cref="MemoryKind.Constant"/>.</value>
    [Description("What the memory holds at the start of a sequence: the same everywhere, trained values, or random ones that stay as drawn.")]
    public MemoryKind Memory { get; set; } = MemoryKind.Constant;

    /// <summary>The constant of <see cref="MemoryKind.Constant"/>; for the other kinds, the spread of the drawn values.</summary>
    /// <value>The default value is <see langword="null"/>: 1e-6 for a constant memory, 0.5 / sqrt(M) otherwise.</value>
    [Description("The constant of a constant memory, 1e-6 by default; for the others the spread of the drawn values, 0.5 / sqrt(width) by default.")]
    [Range(-1e3, 1e3)]
    public double? MemoryValue { get; set; }

    /// <summary>The heads' weightings before the first step.</summary>
    /// <value>The default value is <see cref="InitialWeightingKind.Learned"/>.</value>
    [Description("Where the heads look before the first step.")]
    public InitialWeightingKind InitialWeightings { get; set; } = InitialWeightingKind.Learned;

    /// <summary>The read vectors before the first step.</summary>
    /// <value>The default value is <see cref="InitialReadKind.Learned"/>.</value>
    [Description("The read vectors before the first step.")]
    public InitialReadKind InitialReads { get; set; } = InitialReadKind.Learned;

    /// <summary>The memory that the read heads access: before or after the write of the same step.</summary>
    /// <value>The default value is <see cref="ReadOrder.BeforeWrite"/>.</value>
    [Description("Whether the read heads see the memory before or after the write heads have changed it.")]
    public ReadOrder ReadOrder { get; set; } = ReadOrder.BeforeWrite;

    /// <summary>The raw outputs of the head layers and the logits are clipped to plus and minus this; <see langword="null"/> does
    /// not clip.</summary>
    /// <value>The default value is 20.</value>
    [Description("The outputs of the head layers and the logits are clipped to plus and minus this.")]
    [Range(0, 1e6, MinimumIsExclusive = true)]
    public double? Clip { get; set; } = 20;

    /// <summary>
    /// The probability that a unit of the controller's output is dropped in train mode, <c>p</c>: heads and output layer see 0 for it, and the other units
    /// times <c>1 / (1 - p)</c> (Srivastava et al. 2014). Each step of each sequence has its own mask. The controller's next step sees the whole output. In
    /// eval mode nothing is dropped.
    /// </summary>
    /// <value>The default value is 0.</value>
    [Description("The probability that a unit of the controller's output is dropped while training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Dropout { get; set; }

    /// <summary>Width of the controller's input, <c>I + R * M</c>: the input vector and the previous read vectors.</summary>
    internal int ControllerInputSize => checked(InputSize + ReadHeads * MemoryWidth);

    /// <summary>Returns an independent copy.</summary>
    public NtmOptions Clone() => (NtmOptions)MemberwiseClone();
}
