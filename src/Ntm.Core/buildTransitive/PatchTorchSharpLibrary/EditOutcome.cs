namespace Ntm.Build;

/// <summary>The outcome of <see cref="TorchSharpLibraryEditor.Edit"/>.</summary>
public enum EditOutcome
{
    /// <summary>The library required GLIBCXX_3.4.32 and no longer does.</summary>
    Patched,

    /// <summary>The library does not require it.</summary>
    NothingToDo,

    /// <summary>The file does not have the layout that the edit requires.</summary>
    Refused,
}
