namespace Ntm.Runtime.Engine;

/// <summary>The parameters of a linear layer, as places in the list of all parameters.</summary>
internal readonly record struct LinearParameters(int Weight, int Bias);

/// <summary>The parameters of a controller layer; -1 for those that its kind does not have.</summary>
internal readonly record struct LayerParameters(int InputWeight, int InputBias, int StateWeight, int StateBias, int InitialH, int InitialC);

/// <summary>
/// The parameters of a machine in the order of <c>named_parameters()</c>, concatenated in one flat buffer, and the role of each.
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

    /// <summary>The number of elements of all parameters.</summary>
    public int Length { get; }

    public LayerParameters[] Layers { get; }

    /// <summary>The layers that control the memory access, in its order.</summary>
    public LinearParameters[] Interface { get; }

    public LinearParameters Output { get; }

    /// <summary>Returns the place of a parameter in the list; -1 if there is none with this name.</summary>
    public int Place(string name) => _places.GetValueOrDefault(name, -1);

    private LayerParameters Layer(ControllerLayout layout, string prefix)
    {
        return new(
            Required(prefix + layout.InputWeight), Required(prefix + layout.InputBias), Optional(layout.StateWeight), Optional(layout.StateBias),
            Optional(layout.InitialOutput), Optional(layout.InitialCell));

        int Optional(string? name) => name is null ? -1 : Required(prefix + name);
    }

    private LinearParameters Linear(string name) => new(Required(name + ".weight"), Required(name + ".bias"));

    /// <exception cref="InvalidOperationException">There is no such parameter. A place of -1 would be read before the start of the list.</exception>
    private int Required(string name) => Place(name) is >= 0 and var place ? place
        : throw new InvalidOperationException($"The machine has no parameter {name}; it has {string.Join(", ", Names)}; expected those of built-in parts.");
}
