namespace Ntm.Build;

/// <summary>Writes a copy of TorchSharp's native library that the project uses instead of the package's library.</summary>
public sealed class PatchTorchSharpLibrary : Microsoft.Build.Utilities.Task
{
    /// <summary>The library in the package cache. It is only read.</summary>
    [Microsoft.Build.Framework.Required]
    public string Library { get; set; } = "";

    /// <summary>The path of the copy. If the library's layout is not the expected one, there is no copy afterwards.</summary>
    [Microsoft.Build.Framework.Required]
    public string PatchedLibrary { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            var edit = TorchSharpLibraryEditor.Edit(File.ReadAllBytes(Library));
            if (edit.Outcome == EditOutcome.Refused)
            {
                if (File.Exists(PatchedLibrary))
                    File.Delete(PatchedLibrary);
                Log.LogWarning(null, "NTM0001", null, Library, 0, 0, 0, 0,
                    "TorchSharp's native library is used as it is, and torch may not load on a system whose libstdc++ lacks "
                    + "GLIBCXX_3.4.32, because the library cannot be adapted: {0}. Set the property NtmPatchTorchSharp to 'never' "
                    + "if that is all right.",
                    edit.Message);
                return true;
            }

            Write(edit.Library);
            Log.LogMessage(Microsoft.Build.Framework.MessageImportance.Normal, "{0} -> {1}: {2}.", Library, PatchedLibrary, edit.Message);
            return true;
        }
        catch (Exception e) when (e is IOException || e is UnauthorizedAccessException)
        {
            Log.LogErrorFromException(e);
            return false;
        }
    }

    // An earlier copy may be hard-linked into output folders, or mapped by a running program: a new file replaces it, and nothing
    // is written to the old one.
    private void Write(byte[] library)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PatchedLibrary)!);
        var temporary = PatchedLibrary + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            File.WriteAllBytes(temporary, library);
            if (File.Exists(PatchedLibrary))
                File.Replace(temporary, PatchedLibrary, null);
            else
                File.Move(temporary, PatchedLibrary);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
