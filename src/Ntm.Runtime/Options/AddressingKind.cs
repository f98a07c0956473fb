namespace Ntm.Core;

/// <summary>The built-in addressing mechanisms (paper, section 3.3).</summary>
public enum AddressingKind
{
    /// <summary>Content lookup, interpolation, circular shift and sharpening: equations (5) to (9).</summary>
    ContentAndLocation,

    /// <summary>Content lookup only: equations (5) and (6).</summary>
    Content,
}
