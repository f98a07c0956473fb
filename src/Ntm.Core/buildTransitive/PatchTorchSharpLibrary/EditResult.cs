namespace Ntm.Build;

/// <summary>The result of <see cref="TorchSharpLibraryEditor.Edit"/>.</summary>
public sealed class EditResult
{
    internal EditResult(EditOutcome outcome, byte[] library, string message)
    {
        Outcome = outcome;
        Library = library;
        Message = message;
    }

    /// <summary>The outcome.</summary>
    public EditOutcome Outcome { get; }

    /// <summary>The bytes to use: an edited copy for <see cref="EditOutcome.Patched"/>, otherwise the array that was passed in.</summary>
    public byte[] Library { get; }

    /// <summary>A description of the finding; for <see cref="EditOutcome.Refused"/>, also what was expected.</summary>
    public string Message { get; }
}
