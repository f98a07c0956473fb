using Ntm.Core.Internal;
using Ntm.Core.Serialization;
using static TorchSharp.torch;

namespace Ntm.Core.Interchange;

/// <summary>A PyTorch project whose models can be imported: the components of its machine and the places of its weights.</summary>
internal abstract class PyTorchProject
{
    private static readonly PyTorchProject[] All = [new NtmPyTorchProject(), new PyTorchNtmProject()];

    /// <summary>The project's name on the command line and in files.</summary>
    public abstract string Name { get; }

    public abstract PyTorchLayout Layout { get; }

    /// <summary>A tensor name that every model of the project has and that models of other projects or sizes lack.</summary>
    public abstract string Mark { get; }

    public static IEnumerable<string> Names => All.Select(p => p.Name);

    /// <exception cref="ArgumentOutOfRangeException">There is no such layout.</exception>
    public static PyTorchProject Of(PyTorchLayout layout) => Array.Find(All, p => p.Layout == layout)
        ?? throw new ArgumentOutOfRangeException(nameof(layout), layout, $"The layout is not known; expected one of {string.Join(", ", Enum.GetNames<PyTorchLayout>())}.");

    /// <summary>Returns the project whose components a cell is made of, or <see langword="null"/>.</summary>
    public static PyTorchProject? Of(NtmCell cell) => cell.ReadHeads is PyTorchReadHeads heads ? Of(heads.Layout) : null;

    /// <summary>Returns the project with a name, or <see langword="null"/>.</summary>
    public static PyTorchProject? Find(string name) => Array.Find(All, p => p.Name == name);

    /// <summary>Returns the options of the machine whose weights are in a state dict.</summary>
    /// <exception cref="SafeTensorsFormatException">A tensor that determines a size is missing or has an unexpected shape.</exception>
    public abstract NtmOptions Options(PyTorchWeights weights);

    /// <summary>Returns the weights under our names and in our order. Takes every tensor of the state dict.</summary>
    /// <exception cref="SafeTensorsFormatException">A tensor is missing, or has another shape or element type.</exception>
    public abstract IEnumerable<(string Name, Tensor Value)> Convert(PyTorchWeights weights, NtmOptions options);

    /// <summary>Creates the components of a machine.</summary>
    public NtmParts Parts(NtmOptions options)
    {
        using var initializer = new Initializer(0);
        return new NtmParts
        {
            Controller = Controller(options),
            ReadHeads = new PyTorchReadHeads(Layout, options, Addressing(options), initializer),
            WriteHeads = WriteHeads(options, initializer),
        };
    }

    /// <summary>Returns the parameters and buffers of a machine with these options, which its file contains.</summary>
    public abstract IEnumerable<TensorShape> Shapes(NtmOptions options);

    /// <summary>Tells whether options are those of such a machine.</summary>
    public bool Admits(NtmOptions options) => OptionsJson.Write(options) == OptionsJson.Write(
        Options(options.InputSize, options.OutputSize, options.ControllerSize, options.ControllerLayers, options.MemoryLocations, options.MemoryWidth, options.ReadHeads))
        && AdmitsLayers(options.ControllerLayers);

    protected abstract MemoryKind Memory { get; }

    protected abstract bool AdmitsLayers(int layers);

    protected abstract Controller? Controller(NtmOptions options);

    protected abstract AddressingMechanism Addressing(NtmOptions options);

    protected abstract WriteHeads WriteHeads(NtmOptions options, Initializer initializer);

    /// <summary>Returns the options for sizes. A size beyond the range of an int becomes one that no validator accepts.</summary>
    protected NtmOptions Options(long inputs, long outputs, long units, long layers, long locations, long width, long pairs) => new()
    {
        InputSize = ToInt(inputs),
        OutputSize = ToInt(outputs),
        ControllerSize = ToInt(units),
        ControllerLayers = ToInt(layers),
        MemoryLocations = ToInt(locations),
        MemoryWidth = ToInt(width),
        ReadHeads = ToInt(pairs),
        WriteHeads = ToInt(pairs),
        Memory = Memory,
        InitialWeightings = InitialWeightingKind.Zeros,
        InitialReads = InitialReadKind.Zeros,
        ShiftRange = PyTorchAddressing.ShiftRange,
        Clip = null,
    };

    /// <summary>Returns the width of the input vector, from a first layer that also receives the reads.</summary>
    protected static long InputSize(PyTorchWeights weights, string name, long reads)
    {
        var columns = weights.Size(name, "[4H, I + P*M]", 1);
        return columns > reads ? columns - reads : throw weights.Error(name, $"{columns} columns", $"[4H, I + P*M] with P*M = {reads} and I at least 1");
    }

    /// <summary>Returns the number of head pairs, from the number of heads.</summary>
    protected static int Pairs(PyTorchWeights weights, Func<int, string> name)
    {
        var heads = weights.Count(name);
        return heads > 0 && heads % 2 == 0 ? heads / 2 : throw weights.Error(name(heads), "nothing", "the weights of a head, as reading and writing heads come in pairs");
    }

    /// <summary>
    /// Returns the rows of a head's layer in our order. The first shift weight is that of the shift by +1 in the projects and by -1 here.
    /// </summary>
    /// <param name="rows">A weight <c>[M + 6 + ..., H]</c> or bias <c>[M + 6 + ...]</c> in the project's order.</param>
    /// <param name="width">Width of a location, <c>M</c>.</param>
    protected static Tensor InOurOrder(Tensor rows, int width)
    {
        var shifts = width + 2;
        const int Count = 2 * PyTorchAddressing.ShiftRange + 1;
        return cat([rows.narrow(0, 0, shifts), rows.narrow(0, shifts, Count).flip(0), rows.narrow(0, shifts + Count, rows.size(0) - shifts - Count)], 0);
    }

    /// <summary>Returns the parameters and buffers of the cell of an imported machine.</summary>
    /// <param name="options">The options.</param>
    /// <param name="controller">The name of the module with the controller's layers.</param>
    /// <param name="vectors">The number of vectors of a write head: 2 with an erase vector, 1 without.</param>
    protected static IEnumerable<TensorShape> Shapes(NtmOptions options, string controller, int vectors)
    {
        long h = options.ControllerSize, m = options.MemoryWidth, addressing = m + 2 * PyTorchAddressing.ShiftRange + 4;
        return
        [
            .. ModelShapes.Controller(options, controller),
            .. ModelShapes.Linear("read_heads.layer", h, options.ReadHeads * addressing),
            new("read_heads.initial_reads", options.ReadHeads, m),
            .. ModelShapes.Linear("write_heads.layer", h, options.WriteHeads * (addressing + vectors * m)),
            ModelShapes.Memory(options),
            .. ModelShapes.Linear("output", h + options.ReadHeads * m, options.OutputSize),
        ];
    }

    private static int ToInt(long size) => (int)Math.Min(size, int.MaxValue);
}
