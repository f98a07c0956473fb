namespace Ntm.Build;

/// <summary>
/// Removes the requirement of GLIBCXX_3.4.32 from TorchSharp's Linux library. That version of libstdc++ came with GCC 13.2.
/// </summary>
/// <remarks>
/// One symbol causes the requirement: <c>std::ios_base_library_init()</c>, which static initializers call to set up <c>std::cout</c> and
/// the other streams. Before GCC 13 they called the constructor of <c>std::ios_base::Init</c>. Every libstdc++ still has that constructor. It does
/// the same and never uses its <c>this</c>, so a call without arguments works. The matching destructor is no longer called; its flush at exit
/// matters only to programs that turn off <c>sync_with_stdio</c>. The edit has three parts and moves no byte:
/// <list type="number">
/// <item>in <c>.dynstr</c>, the symbol's name becomes the constructor's, which is shorter, padded with NULs;</item>
/// <item>in <c>.gnu.version</c>, the symbol's version becomes that of GLIBCXX_3.4, which the library already requires;</item>
/// <item>in <c>.gnu.version_r</c>, the requirement of GLIBCXX_3.4.32 becomes a second one of GLIBCXX_3.4.</item>
/// </list>
/// Everything that these edits rely on is checked first: a library with another layout is refused, and no library is damaged.
/// </remarks>
public static class TorchSharpLibraryEditor
{
    private const string LibStdCpp = "libstdc++.so.6";
    private const string NewVersion = "GLIBCXX_3.4.32";
    private const string OldVersion = "GLIBCXX_3.4";
    private const string NewSymbol = "_ZSt21ios_base_library_initv";
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";

    // The oldest systems that the edit supports, Debian 12 and Ubuntu 22.04, have GLIBCXX_3.4.30.
    private const int OldestServed = 30;

    /// <summary>Edits a copy of the library's bytes. Never throws because of their contents.</summary>
    /// <param name="library">The whole file. It is not changed.</param>
    public static EditResult Edit(byte[] library)
    {
        try
        {
            var elf = new ElfLibrary(library);
            var demands = elf.Demands().Where(d => d.File == LibStdCpp).ToList();
            var demand = demands.FirstOrDefault(d => d.Version == NewVersion);
            RefuseOtherNewVersions(demands);
            if (demand is null)
                return new EditResult(EditOutcome.NothingToDo, library, $"asks {LibStdCpp} for no {NewVersion}");

            var substitute = demands.FirstOrDefault(d => d.Version == OldVersion)
                ?? throw new UnexpectedLayoutException($"expected that it asks {LibStdCpp} for {OldVersion} as well, found not");
            if (substitute.Hash != Hash(OldVersion))
                throw new UnexpectedLayoutException($"expected {OldVersion} with hash {Hash(OldVersion):x}, found {substitute.Hash:x}");

            var symbol = SoleSymbolOf(elf, demand);
            RequireOwnName(elf, symbol);

            var edited = (byte[])library.Clone();
            var name = new byte[NewSymbol.Length];
            System.Text.Encoding.ASCII.GetBytes(OldSymbol).CopyTo(name, 0);
            name.CopyTo(edited, elf.StringOffset(symbol.Name));
            Array.Copy(library, substitute.IndexOffset, edited, symbol.VersionOffset, sizeof(ushort));
            Array.Copy(library, substitute.HashOffset, edited, demand.HashOffset, sizeof(uint));
            Array.Copy(library, substitute.NameOffset, edited, demand.NameOffset, sizeof(uint));
            return new EditResult(EditOutcome.Patched, edited, $"asks {LibStdCpp} for {OldVersion} in place of {NewVersion}");
        }
        catch (UnexpectedLayoutException e)
        {
            return new EditResult(EditOutcome.Refused, library, e.Message);
        }
    }

    // Another new version, which the edit does not remove, would still keep the library from loading.
    private static void RefuseOtherNewVersions(IEnumerable<VersionDemand> demands)
    {
        foreach (var version in demands.Select(d => d.Version).Where(v => v.StartsWith(OldVersion + ".", StringComparison.Ordinal)))
        {
            if (version != NewVersion && int.TryParse(version.Split('.')[2], out var last) && last > OldestServed)
                throw new UnexpectedLayoutException($"expected nothing newer than {OldVersion}.{OldestServed} but {NewVersion}, found {version}");
        }
    }

    private static DynamicSymbol SoleSymbolOf(ElfLibrary elf, VersionDemand demand)
    {
        var symbols = elf.Symbols().Where(s => s.Version == demand.Index).ToList();
        var names = string.Join(", ", symbols.Take(3).Select(s => elf.Text(s.Name)));
        if (symbols.Count != 1 || elf.Text(symbols[0].Name) != NewSymbol)
            throw new UnexpectedLayoutException($"expected {NewSymbol} as the only symbol of {NewVersion}, found {symbols.Count}: {names}");
        if (symbols[0].IsDefined)
            throw new UnexpectedLayoutException($"expected {NewSymbol} as a symbol of {LibStdCpp}, found that the file defines it itself");
        return symbols[0];
    }

    // Linkers let strings share their endings. Renaming a symbol renames everything that shares the string.
    private static void RequireOwnName(ElfLibrary elf, DynamicSymbol symbol)
    {
        var sharers = elf.StringUses().Count(use => use >= symbol.Name && use < symbol.Name + NewSymbol.Length);
        if (sharers != 1 || !elf.StartsString(symbol.Name))
            throw new UnexpectedLayoutException($"expected {NewSymbol} as a string that nothing else uses, found it shared");
    }

    // The hash of the System V ABI, which the dynamic loader uses to compare versions.
    private static uint Hash(string name)
    {
        var hash = 0u;
        foreach (var c in name)
        {
            hash = (hash << 4) + c;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }
}
