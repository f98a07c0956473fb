namespace Ntm.Core.Internal;

/// <summary>
/// Chooses each component: the user's if one is given and its size fits, otherwise the built-in one of the options. Draws parameters in a fixed
/// order, so a seed always gives the same model.
/// </summary>
internal sealed class PartFactory(NtmOptions options, NtmParts parts, Initializer initializer)
{
    public Controller Controller()
    {
        if (parts.Controller is not { } own)
            return BuiltInControllers.Create(options, initializer);
        Require(nameof(NtmParts.Controller), nameof(own.InputSize), own.InputSize, options.ControllerInputSize, "InputSize + ReadHeads * MemoryWidth");
        Require(nameof(NtmParts.Controller), nameof(own.OutputSize), own.OutputSize, options.ControllerSize, nameof(options.ControllerSize));
        return own;
    }

    public ReadHeads ReadHeads()
    {
        if (parts.ReadHeads is not { } own)
            return new AddressedReadHeads(options, Addressing(parts.ReadAddressing, nameof(NtmParts.ReadAddressing)), initializer);
        Require(nameof(NtmParts.ReadHeads), nameof(own.Count), own.Count, options.ReadHeads, nameof(options.ReadHeads));
        return own;
    }

    public WriteHeads WriteHeads()
    {
        if (parts.WriteHeads is not { } own)
        {
            if (parts.WriteAddressing is { } shared && ReferenceEquals(shared, parts.ReadAddressing))
                throw new ArgumentException("WriteAddressing and ReadAddressing are the same object; expected one for each, since each owns its parameters.", nameof(parts));
            return new AddressedWriteHeads(options, Addressing(parts.WriteAddressing, nameof(NtmParts.WriteAddressing)), initializer);
        }

        Require(nameof(NtmParts.WriteHeads), nameof(own.Count), own.Count, options.WriteHeads, nameof(options.WriteHeads));
        return own;
    }

    public InitialMemory Memory()
    {
        if (parts.Memory is not { } own)
        {
            var spread = options.MemoryValue ?? 0.5 / Math.Sqrt(options.MemoryWidth);
            return options.Memory switch
            {
                MemoryKind.Learned => new LearnedMemory(options.MemoryLocations, options.MemoryWidth, Math.Abs(spread), initializer),
                MemoryKind.Random => new RandomMemory(options.MemoryLocations, options.MemoryWidth, Math.Abs(spread), initializer),
                _ => new ConstantMemory(options.MemoryLocations, options.MemoryWidth, options.MemoryValue ?? 1e-6),
            };
        }

        Require(nameof(NtmParts.Memory), nameof(own.Locations), own.Locations, options.MemoryLocations, nameof(options.MemoryLocations));
        Require(nameof(NtmParts.Memory), nameof(own.Width), own.Width, options.MemoryWidth, nameof(options.MemoryWidth));
        return own;
    }

    private AddressingMechanism Addressing(AddressingMechanism? own, string part)
    {
        // The built-in mechanisms derive their width from the memory that they receive: one created for another width would misread the parameters.
        var (expected, source) = own switch
        {
            ContentAddressing => (options.MemoryWidth + 1, "MemoryWidth + 1"),
            ContentAndLocationAddressing location => (options.MemoryWidth + 2 * location.ShiftRange + 4, "MemoryWidth + 2 * ShiftRange + 4"),
            _ => (own?.ParameterCount ?? 0, ""),
        };
        if (own is not null)
            Require(part, nameof(own.ParameterCount), own.ParameterCount, expected, source);
        return own ?? options.Addressing switch
        {
            AddressingKind.Content => new ContentAddressing(options.MemoryWidth),
            _ => new ContentAndLocationAddressing(options.MemoryWidth, options.ShiftRange),
        };
    }

    private static void Require(string part, string property, int actual, int expected, string source)
    {
        if (actual != expected)
            throw new ArgumentException($"{nameof(NtmParts)}.{part}.{property} is {actual}; expected {expected} ({source}).", nameof(parts));
    }
}
