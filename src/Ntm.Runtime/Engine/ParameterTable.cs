namespace Ntm.Runtime.Engine;

/// <summary>A linear layer's parameters, as places in the list of all.</summary>
internal readonly record struct LinearParameters(int Weight, int Bias);

/// <summary>A controller layer's parameters; -1 for what its kind does not have.</summary>
internal readonly record struct LayerParameters(int InputWeight, int InputBias, int StateWeight, int StateBias, int InitialH, int InitialC);

/// <summary>
/// A machine's parameters in the order of <c>named_parameters()</c>, end to end in one flat buffer, and the part that each plays.
/// </summary>
internal sealed class ParameterTable
{
    private readonly Dictionary<string, int> _places = [];

    /// <param name="names">The parameters' names, relative to the cell.</param>
    /// <param name="lengths">The number of their elements.</param>
    /// <param name="shape">The machine.</param>
    public ParameterTable(IReadOnlyList<string> names, IReadOnlyList<long> lengths, MachineShape shape)
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

        Layers = [.. Enumerable.Range(0, shape.Layers).Select(l => Layer(shape.Controller, $"controller.layers.{l}."))];
        Interface = [.. shape.Access.Layers.Select(l => Linear(l.Name))];
        Output = Linear("output");
    }

    public string[] Names { get; }

    public int[] Lengths { get; }

    public int[] Offsets { get; }

    /// <summary>Elements of all parameters.</summary>
    public int Length { get; }

    public LayerParameters[] Layers { get; }

    /// <summary>The layers that tell the memory access what to do, in its order.</summary>
    public LinearParameters[] Interface { get; }

    public LinearParameters Output { get; }

    /// <summary>The place of a parameter in the list of all; -1 if there is none of this name.</summary>
    public int Place(string name) => _places.GetValueOrDefault(name, -1);

    private LayerParameters Layer(ControllerLayout layout, string prefix)
    {
        return new(
            Required(prefix + layout.InputWeight), Required(prefix + layout.InputBias), Optional(layout.StateWeight), Optional(layout.StateBias),
            Optional(layout.InitialOutput), Optional(layout.InitialCell));

        int Optional(string? name) => name is null ? -1 : Required(prefix + name);
    }

    private LinearParameters Linear(string name) => new(Required(name + ".weight"), Required(name + ".bias"));

    /// <exception cref="InvalidOperationException">There is no such parameter: a place of -1 would be read before the list of all.</exception>
    private int Required(string name) => Place(name) is >= 0 and var place ? place
        : throw new InvalidOperationException($"The machine has no parameter {name}, but {string.Join(", ", Names)}; expected those of built-in parts.");
}
