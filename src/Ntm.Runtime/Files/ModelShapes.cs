namespace Ntm.Core.Serialization;

/// <summary>
/// The parameters and buffers of models, derived from their options alone. A file is compared with them before a model is created, so that nothing is
/// allocated that the file does not contain.
/// </summary>
internal static class ModelShapes
{
    /// <summary>Returns those of an LSTM network.</summary>
    public static IEnumerable<TensorShape> Of(LstmOptions options)
    {
        long input = options.InputSize, h = options.HiddenSize;
        var layers = Enumerable.Range(0, options.Layers).SelectMany(l => Layer(Lstm.Layout, $"layers.{l}", l == 0 ? input : input + h, h));
        return [.. layers, .. Linear("output", options.Layers * h, options.OutputSize)];
    }

    /// <summary>Returns those of a machine's cell except those of custom components, which exist already and know their own.</summary>
    public static IEnumerable<TensorShape> Of(NtmOptions options, CustomParts custom)
    {
        long h = options.ControllerSize, m = options.MemoryWidth;
        return
        [
            .. custom.HasController ? [] : Controller(options),
            .. custom.HasReadHeads ? [] : Heads("read_heads", options, options.ReadHeads, vectors: 0, custom.ReadAddressing),
            .. custom.HasReadHeads ? (TensorShape[])[] : [InitialReads(options)],
            .. custom.HasWriteHeads ? [] : Heads("write_heads", options, options.WriteHeads, vectors: 2, custom.WriteAddressing),
            .. custom.HasMemory ? (TensorShape[])[] : [Memory(options)],
            .. Linear("output", h + options.ReadHeads * m, options.OutputSize),
        ];
    }

    /// <summary>Returns those of a built-in controller.</summary>
    public static IEnumerable<TensorShape> Controller(NtmOptions options, string name = "controller")
    {
        var layout = ControllerTable.Of(options.Controller).Layout;
        return Enumerable.Range(0, options.ControllerLayers)
            .SelectMany(l => Layer(layout, $"{name}.layers.{l}", l == 0 ? options.ControllerInputSize : options.ControllerSize, options.ControllerSize));
    }

    private static TensorShape[] Heads(string name, NtmOptions options, long heads, long vectors, long? custom)
    {
        long m = options.MemoryWidth;
        var addressing = custom ?? m + (options.Addressing == AddressingKind.Content ? 1 : 2L * options.ShiftRange + 4);
        return
        [
            .. Linear($"{name}.layer", options.ControllerSize, heads * (addressing + vectors * m)),
            options.InitialWeightings is InitialWeightingKind.Learned or InitialWeightingKind.Focused
                ? new($"{name}.initial_weightings.bias", heads, options.MemoryLocations)
                : new($"{name}.initial_weightings.value", 1, 1),
        ];
    }

    private static TensorShape InitialReads(NtmOptions options) => options.InitialReads == InitialReadKind.Learned
        ? new("read_heads.initial_reads.bias", options.ReadHeads, options.MemoryWidth)
        : new("read_heads.initial_reads.value", 1, 1);

    public static TensorShape Memory(NtmOptions options) => options.Memory == MemoryKind.Constant
        ? new("memory.value", 1, 1)
        : new("memory.value", options.MemoryLocations, options.MemoryWidth);

    public static TensorShape[] Linear(string name, long inputs, long outputs) => [new($"{name}.weight", outputs, inputs), new($"{name}.bias", outputs)];

    private static IEnumerable<TensorShape> Layer(ControllerLayout layout, string name, long inputs, long h)
    {
        yield return new($"{name}.{layout.InputWeight}", layout.InputBlocks * h, inputs);
        yield return new($"{name}.{layout.InputBias}", layout.InputBlocks * h);
        if (layout.StateWeight is { } stateWeight)
            yield return new($"{name}.{stateWeight}", layout.StateBlocks * h, h);
        if (layout.StateBias is { } stateBias)
            yield return new($"{name}.{stateBias}", layout.StateBlocks * h);
        foreach (var initial in (string?[])[layout.InitialOutput, layout.InitialCell])
            if (initial is not null)
                yield return new($"{name}.{initial}", h);
    }
}
