namespace Ntm.Core.Engines.Cpu;

/// <summary>A linear layer's parameters, as places in the list of all.</summary>
internal readonly record struct LinearParameters(int Weight, int Bias);

/// <summary>A controller layer's parameters; -1 for what a feedforward layer does not have.</summary>
internal readonly record struct LayerParameters(int InputWeight, int StateWeight, int Bias, int InitialH, int InitialC);

/// <summary>
/// A machine's parameters in the order of <c>named_parameters()</c>, end to end in one flat buffer, and the part that each plays.
/// </summary>
internal sealed class ParameterTable
{
    private readonly Dictionary<string, int> _places = [];

    /// <param name="names">The parameters' names, relative to the cell.</param>
    /// <param name="lengths">The number of their elements.</param>
    /// <param name="layers">The number of controller layers.</param>
    public ParameterTable(IReadOnlyList<string> names, IReadOnlyList<long> lengths, int layers)
    {
        Names = [.. names];
        Lengths = [.. lengths.Select(l => checked((int)l))];
        Offsets = new int[names.Count];
        for (var p = 0; p < names.Count; p++)
        {
            _places.Add(names[p], p);
            Offsets[p] = Length;
            Length = checked(Length + Lengths[p]);
        }

        Layers = [.. Enumerable.Range(0, layers).Select(Layer)];
        ReadHeads = Linear("read_heads.layer");
        WriteHeads = Linear("write_heads.layer");
        Output = Linear("output");
        InitialReadWeightings = Place("read_heads.initial_weightings.bias");
        InitialWriteWeightings = Place("write_heads.initial_weightings.bias");
        InitialReads = Place("read_heads.initial_reads.bias");
        Memory = Place("memory.value");
    }

    public string[] Names { get; }

    public int[] Lengths { get; }

    public int[] Offsets { get; }

    /// <summary>Elements of all parameters.</summary>
    public int Length { get; }

    public LayerParameters[] Layers { get; }

    public LinearParameters ReadHeads { get; }

    public LinearParameters WriteHeads { get; }

    public LinearParameters Output { get; }

    /// <summary>-1 if not learned, as the following ones.</summary>
    public int InitialReadWeightings { get; }

    public int InitialWriteWeightings { get; }

    public int InitialReads { get; }

    public int Memory { get; }

    /// <summary>Whether a parameter is used only where a sequence starts from the machine's own initial state.</summary>
    public bool IsInitial(int place) =>
        place == InitialReadWeightings || place == InitialWriteWeightings || place == InitialReads || place == Memory
        || Array.Exists(Layers, l => l.InitialH == place || l.InitialC == place);

    private LayerParameters Layer(int l)
    {
        var prefix = $"controller.layers.{l}.";
        return _places.ContainsKey(prefix + "weight_ih")
            ? new LayerParameters(
                Required(prefix + "weight_ih"), Required(prefix + "weight_hh"), Required(prefix + "bias"), Required(prefix + "initial_h"), Required(prefix + "initial_c"))
            : new LayerParameters(Required(prefix + "weight"), -1, Required(prefix + "bias"), -1, -1);
    }

    private LinearParameters Linear(string name) => new(Required(name + ".weight"), Required(name + ".bias"));

    /// <exception cref="InvalidOperationException">There is no such parameter: a place of -1 would be read before the list of all.</exception>
    private int Required(string name) => Place(name) is >= 0 and var place ? place
        : throw new InvalidOperationException($"The machine has no parameter {name}, but {string.Join(", ", Names)}; expected those of built-in parts.");

    private int Place(string name) => _places.GetValueOrDefault(name, -1);
}
