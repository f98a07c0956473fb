using Ntm.Core.Interchange;

namespace Ntm.Core.Serialization;

/// <summary>
/// The parameters and buffers of models by their options alone. A file is compared with them before a model is made: nothing may be
/// allocated that the file does not hold.
/// </summary>
internal static class ModelShapes
{
    /// <summary>Those of an LSTM network.</summary>
    public static IEnumerable<TensorShape> Of(LstmOptions options)
    {
        long input = options.InputSize, h = options.HiddenSize;
        var layers = Enumerable.Range(0, options.Layers).SelectMany(l => LstmLayer($"layers.{l}", l == 0 ? input : input + h, h));
        return [.. layers, .. Linear("output", options.Layers * h, options.OutputSize)];
    }

    /// <summary>Those of a machine's cell, but of parts of one's own: what these have is theirs to know, and they are there already.</summary>
    public static IEnumerable<TensorShape> Of(NtmOptions options, NtmParts? parts)
    {
        long h = options.ControllerSize, m = options.MemoryWidth;
        return
        [
            .. parts?.Controller is null ? Controller(options) : [],
            .. parts?.ReadHeads is null ? Heads("read_heads", options, options.ReadHeads, vectors: 0, parts?.ReadAddressing) : [],
            .. parts?.ReadHeads is null ? [InitialReads(options)] : (TensorShape[])[],
            .. parts?.WriteHeads is null ? Heads("write_heads", options, options.WriteHeads, vectors: 2, parts?.WriteAddressing) : [],
            .. parts?.Memory is null ? [Memory(options)] : (TensorShape[])[],
            .. Linear("output", h + options.ReadHeads * m, options.OutputSize),
        ];
    }

    /// <summary>Those of the cell of an imported machine.</summary>
    /// <param name="options">The options.</param>
    /// <param name="controller">The name of what has the controller's layers.</param>
    /// <param name="vectors">The vectors of a write head, an erase vector among them or not.</param>
    public static IEnumerable<TensorShape> OfImported(NtmOptions options, string controller, int vectors)
    {
        long h = options.ControllerSize, m = options.MemoryWidth, addressing = m + 2 * PyTorchAddressing.ShiftRange + 4;
        return
        [
            .. Controller(options, controller),
            .. Linear("read_heads.layer", h, options.ReadHeads * addressing),
            new("read_heads.initial_reads", options.ReadHeads, m),
            .. Linear("write_heads.layer", h, options.WriteHeads * (addressing + vectors * m)),
            Memory(options),
            .. Linear("output", h + options.ReadHeads * m, options.OutputSize),
        ];
    }

    private static IEnumerable<TensorShape> Controller(NtmOptions options, string name = "controller")
    {
        long h = options.ControllerSize;
        return Enumerable.Range(0, options.ControllerLayers).SelectMany(l =>
        {
            var (layer, input) = ($"{name}.layers.{l}", l == 0 ? options.ControllerInputSize : h);
            return options.Controller == ControllerKind.Lstm ? LstmLayer(layer, input, h) : Linear(layer, input, h);
        });
    }

    private static TensorShape[] Heads(string name, NtmOptions options, long heads, long vectors, AddressingMechanism? own)
    {
        long m = options.MemoryWidth;
        var addressing = own?.ParameterCount ?? m + (options.Addressing == AddressingKind.Content ? 1 : 2L * options.ShiftRange + 4);
        return
        [
            .. Linear($"{name}.layer", options.ControllerSize, heads * (addressing + vectors * m)),
            options.InitialWeightings == InitialWeightingKind.Learned
                ? new($"{name}.initial_weightings.bias", heads, options.MemoryLocations)
                : new($"{name}.initial_weightings.value", 1, 1),
        ];
    }

    private static TensorShape InitialReads(NtmOptions options) => options.InitialReads == InitialReadKind.Learned
        ? new("read_heads.initial_reads.bias", options.ReadHeads, options.MemoryWidth)
        : new("read_heads.initial_reads.value", 1, 1);

    private static TensorShape Memory(NtmOptions options) => options.Memory == MemoryKind.Constant
        ? new("memory.value", 1, 1)
        : new("memory.value", options.MemoryLocations, options.MemoryWidth);

    private static TensorShape[] Linear(string name, long inputs, long outputs) => [new($"{name}.weight", outputs, inputs), new($"{name}.bias", outputs)];

    private static TensorShape[] LstmLayer(string name, long inputs, long h) =>
    [
        new($"{name}.weight_ih", 4 * h, inputs), new($"{name}.weight_hh", 4 * h, h), new($"{name}.bias", 4 * h),
        new($"{name}.initial_h", h), new($"{name}.initial_c", h),
    ];
}
