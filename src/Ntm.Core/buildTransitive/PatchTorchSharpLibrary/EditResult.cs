namespace Ntm.Build;

/// <summary>What <see cref="TorchSharpLibraryEditor.Edit"/> made.</summary>
public sealed class EditResult
{
    internal EditResult(EditOutcome outcome, byte[] library, string message)
    {
        Outcome = outcome;
        Library = library;
        Message = message;
    }

    /// <summary>How it ended.</summary>
    public EditOutcome Outcome { get; }

    /// <summary>The bytes to use: an edited copy if <see cref="EditOutcome.Patched"/>, else the very array that was given.</summary>
    public byte[] Library { get; }

    /// <summary>What was found; for <see cref="EditOutcome.Refused"/>, what was expected in its place.</summary>
    public string Message { get; }
}
