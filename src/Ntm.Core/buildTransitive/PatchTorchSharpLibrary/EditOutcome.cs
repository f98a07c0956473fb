namespace Ntm.Build;

/// <summary>How <see cref="TorchSharpLibraryEditor.Edit"/> ended.</summary>
public enum EditOutcome
{
    /// <summary>The library asked for GLIBCXX_3.4.32 and asks no more.</summary>
    Patched,

    /// <summary>The library does not ask for it.</summary>
    NothingToDo,

    /// <summary>The file is not laid out as the edit requires.</summary>
    Refused,
}
