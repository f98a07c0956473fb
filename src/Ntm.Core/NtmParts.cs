namespace Ntm.Core;

/// <summary>
/// Custom components of a machine. A component that is <see langword="null"/> is built from the options. A component belongs to one machine,
/// which disposes it.
/// </summary>
public sealed record NtmParts
{
    /// <summary>The controller; input <c>I + R * M</c> wide, output <see cref="NtmOptions.ControllerSize"/> wide.</summary>
    public Controller? Controller { get; init; }

    /// <summary>The read heads' addressing; ignored if <see cref="ReadHeads"/> is given.</summary>
    public AddressingMechanism? ReadAddressing { get; init; }

    /// <summary>The write heads' addressing; ignored if <see cref="WriteHeads"/> is given.</summary>
    public AddressingMechanism? WriteAddressing { get; init; }

    /// <summary>The read heads; <see cref="NtmOptions.ReadHeads"/> of them.</summary>
    public ReadHeads? ReadHeads { get; init; }

    /// <summary>The write heads; <see cref="NtmOptions.WriteHeads"/> of them.</summary>
    public WriteHeads? WriteHeads { get; init; }

    /// <summary>The memory before the first step.</summary>
    public InitialMemory? Memory { get; init; }
}
