// Compiled twice: into an MSBuild task, from this source, by whoever builds with the package (TorchSharpLibrary.targets), and without
// the task into the tests (NTM_WITHOUT_TASK). The former sees netstandard2.0 and no implicit usings, and takes one file.
#nullable enable

#if !NTM_WITHOUT_TASK
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;
#else
using System.Text;
#endif

namespace Ntm.Build;

#if !NTM_WITHOUT_TASK
/// <summary>Writes the copy of TorchSharp's native library that the project uses in place of the package's.</summary>
public sealed class PatchTorchSharpLibrary : Task
{
    /// <summary>The library as it lies in the package cache. Only read.</summary>
    [Required]
    public string Library { get; set; } = "";

    /// <summary>Where the copy goes. No copy is there afterwards if the library's layout is not the expected one.</summary>
    [Required]
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
            Log.LogMessage(MessageImportance.Normal, "{0} -> {1}: {2}.", Library, PatchedLibrary, edit.Message);
            return true;
        }
        catch (Exception e) when (e is IOException || e is UnauthorizedAccessException)
        {
            Log.LogErrorFromException(e);
            return false;
        }
    }

    // An earlier copy may be hard-linked into output folders, or mapped by a program that runs: a new file takes its name, nothing
    // is written through it.
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
#endif

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

/// <summary>
/// Rids TorchSharp's Linux library of its demand for GLIBCXX_3.4.32, the version of libstdc++ that came with GCC 13.2.
/// </summary>
/// <remarks>
/// One symbol makes the demand: <c>std::ios_base_library_init()</c>, which static initialisers call to have <c>std::cout</c> and its
/// kin ready. Before GCC 13 they called the constructor of <c>std::ios_base::Init</c>, which every libstdc++ still has, which does
/// the same and never looks at its <c>this</c>, so that a call without arguments serves. What is lost is the matching destructor, whose
/// flush at exit matters only to programs that turn off <c>sync_with_stdio</c>. The edit has three parts, and no byte moves:
/// <list type="number">
/// <item>in <c>.dynstr</c>, the symbol's name becomes the constructor's, which is shorter, padded with NULs;</item>
/// <item>in <c>.gnu.version</c>, the symbol's version becomes that of GLIBCXX_3.4, which the library demands anyway;</item>
/// <item>in <c>.gnu.version_r</c>, the demand for GLIBCXX_3.4.32 becomes a second one for GLIBCXX_3.4.</item>
/// </list>
/// Whatever these rely on is checked first, so that a library of another make is refused and none comes out broken.
/// </remarks>
public static class TorchSharpLibraryEditor
{
    private const string LibStdCpp = "libstdc++.so.6";
    private const string NewVersion = "GLIBCXX_3.4.32";
    private const string OldVersion = "GLIBCXX_3.4";
    private const string NewSymbol = "_ZSt21ios_base_library_initv";
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";

    // Of the oldest systems that the edit is for, Debian 12 and Ubuntu 22.04: GLIBCXX_3.4.30.
    private const int OldestServed = 30;

    /// <summary>Edits a copy of the library's bytes; never throws because of what they are.</summary>
    /// <param name="library">The whole file. Not written to.</param>
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
            Encoding.ASCII.GetBytes(OldSymbol).CopyTo(name, 0);
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

    // A version that the edit knows nothing about would keep the library from loading all the same.
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

    // Linkers let strings share their endings. To rename a symbol is to rename all that shares with it.
    private static void RequireOwnName(ElfLibrary elf, DynamicSymbol symbol)
    {
        var sharers = elf.StringUses().Count(use => use >= symbol.Name && use < symbol.Name + NewSymbol.Length);
        if (sharers != 1 || !elf.StartsString(symbol.Name))
            throw new UnexpectedLayoutException($"expected {NewSymbol} as a string that nothing else uses, found it shared");
    }

    // The hash of the System V ABI, by which the dynamic loader compares versions.
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

/// <summary>The parts of an ELF shared library that say which versions of which symbols it demands, with every access checked.</summary>
internal sealed class ElfLibrary
{
    private const int SectionHeaderSize = 64, SymbolSize = 24, DynamicSize = 16, NeedSize = 16;
    private const ulong TagStringTable = 5, TagSymbolTable = 6, TagVersions = 0x6ffffff0, TagDemands = 0x6ffffffe;

    // The entries of .dynamic whose value is a string: NEEDED, SONAME, RPATH, RUNPATH, CONFIG, DEPAUDIT, AUDIT, AUXILIARY, FILTER.
    private static readonly ulong[] _stringTags = { 1, 14, 15, 29, 0x6ffffefa, 0x6ffffefb, 0x6ffffefc, 0x7ffffffd, 0x7fffffff };

    private readonly byte[] _bytes;
    private readonly Section _symbols, _strings, _versions, _demands, _dynamic;

    public ElfLibrary(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length < 64)
            throw new UnexpectedLayoutException($"expected an ELF header of 64 bytes, found a file of {bytes.Length}");
        if (bytes[0] != 0x7f || bytes[1] != 'E' || bytes[2] != 'L' || bytes[3] != 'F')
            throw new UnexpectedLayoutException("expected an ELF file, found that it does not start like one");
        Expect("64-bit class (2)", bytes[4], 2);
        Expect("little-endian data (1)", bytes[5], 1);
        Expect("shared library type (3)", U16(16), 3);
        Expect("x86-64 machine (62)", U16(18), 62);

        var sections = Sections();
        _demands = Only(sections, 0x6ffffffe, ".gnu.version_r");
        _versions = Only(sections, 0x6fffffff, ".gnu.version");
        _symbols = Only(sections, 11, ".dynsym");
        _dynamic = Only(sections, 6, ".dynamic");
        _strings = _demands.Link < sections.Count ? sections[(int)_demands.Link] : new Section();
        if (_strings.Type != 3)
            throw new UnexpectedLayoutException("expected a string table for .gnu.version_r, found none");
        RequireInside(_strings, ".dynstr");
        if (_symbols.Link != _demands.Link || _dynamic.Link != _demands.Link)
            throw new UnexpectedLayoutException("expected one string table for .dynsym, .dynamic and .gnu.version_r, found several");
        if (_versions.Size / sizeof(ushort) != _symbols.Size / SymbolSize)
            throw new UnexpectedLayoutException($"expected a version for each of {_symbols.Size / SymbolSize} symbols, "
                + $"found {_versions.Size / sizeof(ushort)} versions");
        RequireWhatTheLoaderSees();
    }

    /// <summary>The versions that the library demands of others (<c>.gnu.version_r</c>).</summary>
    public IEnumerable<VersionDemand> Demands()
    {
        foreach (var (need, demand) in DemandOffsets())
        {
            yield return new VersionDemand(
                Text(U32(need + 4)), Text(U32(demand + 8)), U32(demand), (ushort)(U16(demand + 6) & 0x7fff),
                hashOffset: demand, indexOffset: demand + 6, nameOffset: demand + 8);
        }
    }

    /// <summary>The dynamic symbols with their versions.</summary>
    public IEnumerable<DynamicSymbol> Symbols()
    {
        for (var i = 0; i < _symbols.Size / SymbolSize; i++)
        {
            var symbol = _symbols.Offset + (i * SymbolSize);
            var version = _versions.Offset + (i * sizeof(ushort));
            yield return new DynamicSymbol(U32(symbol), U16(symbol + 6) != 0, (ushort)(U16(version) & 0x7fff), version);
        }
    }

    /// <summary>The places in the string table that anything refers to, as often as it does.</summary>
    public IEnumerable<uint> StringUses()
    {
        foreach (var symbol in Symbols())
            yield return symbol.Name;

        foreach (var (need, demand) in DemandOffsets())
        {
            yield return U32(need + 4);
            yield return U32(demand + 8);
        }

        foreach (var (tag, value) in Dynamic())
        {
            if (_stringTags.Contains(tag))
                yield return (uint)Math.Min(value, uint.MaxValue);
        }
    }

    /// <summary>Where in the file a string is.</summary>
    public int StringOffset(uint name)
    {
        if (name >= _strings.Size)
            throw new UnexpectedLayoutException($"expected a string inside .dynstr ({_strings.Size} bytes), found one at {name}");
        return _strings.Offset + (int)name;
    }

    /// <summary>Whether a string is no other's ending.</summary>
    public bool StartsString(uint name) => name == 0 || _bytes[StringOffset(name) - 1] == 0;

    /// <summary>A string of the string table; what is not printable ASCII shows as a question mark.</summary>
    public string Text(uint name)
    {
        const int longest = 256; // Those that matter have 28 characters at most; a garbled message need not have more.
        var text = new StringBuilder();
        for (var i = StringOffset(name); i < _strings.Offset + _strings.Size && _bytes[i] != 0 && text.Length < longest; i++)
            text.Append(_bytes[i] is >= 0x20 and < 0x7f ? (char)_bytes[i] : '?');
        return text.ToString();
    }

    private List<Section> Sections()
    {
        var table = U64(40);
        var count = U16(60);
        if (count == 0 || U16(58) != SectionHeaderSize)
            throw new UnexpectedLayoutException($"expected section headers of {SectionHeaderSize} bytes, found {count} of {U16(58)}");
        if (table > (ulong)_bytes.Length || (ulong)_bytes.Length - table < (ulong)(count * SectionHeaderSize))
            throw new UnexpectedLayoutException($"expected {count} section headers at {table}, found the file's end at {_bytes.Length}");

        var sections = new List<Section>();
        for (var at = (int)table; sections.Count < count; at += SectionHeaderSize)
        {
            var (offset, size) = (U64(at + 24), U64(at + 32));
            var inside = offset <= (ulong)_bytes.Length && size <= (ulong)_bytes.Length - offset;
            sections.Add(new Section
            {
                Type = U32(at + 4),
                Address = U64(at + 16),
                Offset = inside ? (int)offset : 0,
                Size = inside ? (int)size : 0,
                IsInside = inside,
                Link = U32(at + 40),
            });
        }

        return sections;
    }

    private static Section Only(List<Section> sections, uint type, string name)
    {
        var found = sections.Where(s => s.Type == type).ToList();
        if (found.Count != 1)
            throw new UnexpectedLayoutException($"expected one section {name}, found {found.Count}");
        RequireInside(found[0], name);
        return found[0];
    }

    private static void RequireInside(Section section, string name)
    {
        if (!section.IsInside)
            throw new UnexpectedLayoutException($"expected {name} inside the file, found that it reaches beyond the end");
    }

    // The loader never looks at sections. A tool that rewrites libraries may have left stale ones behind, whose edit would be in vain.
    private void RequireWhatTheLoaderSees()
    {
        foreach (var (tag, section, name) in new[]
        {
            (TagStringTable, _strings, ".dynstr"), (TagSymbolTable, _symbols, ".dynsym"),
            (TagVersions, _versions, ".gnu.version"), (TagDemands, _demands, ".gnu.version_r"),
        })
        {
            var addresses = Dynamic().Where(d => d.Tag == tag).Select(d => d.Value).ToList();
            if (addresses.Count != 1 || addresses[0] != section.Address)
                throw new UnexpectedLayoutException($"expected {name} where .dynamic tells the loader to look, found it elsewhere");
        }
    }

    private IEnumerable<(ulong Tag, ulong Value)> Dynamic()
    {
        for (var at = _dynamic.Offset; at + DynamicSize <= _dynamic.Offset + _dynamic.Size && U64(at) != 0; at += DynamicSize)
            yield return (U64(at), U64(at + 8));
    }

    // Each library that something is demanded of has a record (version, count, file, first demand, next), each demand another (hash,
    // flags, index, name, next). Places are relative and, as linkers write them, ascending. No more records than the section has room
    // for: this must come to an end, and soon, on any input.
    private IEnumerable<(int Need, int Demand)> DemandOffsets()
    {
        var need = 0L;
        var room = _demands.Size / NeedSize;
        while (true)
        {
            var needAt = DemandRecord(need);
            Expect("record version (1) in .gnu.version_r", U16(needAt), 1);
            var demand = need + U32(needAt + 8);
            for (var left = U16(needAt + 2); left > 0; left--)
            {
                if (--room <= 0)
                    throw new UnexpectedLayoutException($"expected at most {_demands.Size / NeedSize} records in .gnu.version_r, found more");
                var demandAt = DemandRecord(demand);
                yield return (needAt, demandAt);
                if (left > 1)
                    demand += Step(U32(demandAt + 12));
            }

            if (U32(needAt + 12) == 0)
                yield break;
            need += Step(U32(needAt + 12));
        }
    }

    private static uint Step(uint next) => next >= NeedSize
        ? next
        : throw new UnexpectedLayoutException($"expected the next record of .gnu.version_r further on, found it at +{next}");

    private int DemandRecord(long place) => place + NeedSize <= _demands.Size
        ? _demands.Offset + (int)place
        : throw new UnexpectedLayoutException($"expected a record inside .gnu.version_r ({_demands.Size} bytes), found one at {place}");

    private static void Expect(string what, int found, int expected)
    {
        if (found != expected)
            throw new UnexpectedLayoutException($"expected {what}, found {found}");
    }

    // These stay inside: the header's fields lie within the first 64 bytes, all others in sections and records that were checked.
    private ushort U16(int at) => (ushort)(_bytes[at] | (_bytes[at + 1] << 8));

    private uint U32(int at) => U16(at) | ((uint)U16(at + 2) << 16);

    private ulong U64(int at) => U32(at) | ((ulong)U32(at + 4) << 32);

    private struct Section
    {
        public uint Type, Link;
        public ulong Address;
        public int Offset, Size;
        public bool IsInside;
    }
}

/// <summary>A version that the library demands of another, and where in the file it says so.</summary>
internal sealed class VersionDemand
{
    public VersionDemand(string file, string version, uint hash, ushort index, int hashOffset, int indexOffset, int nameOffset)
    {
        (File, Version, Hash, Index) = (file, version, hash, index);
        (HashOffset, IndexOffset, NameOffset) = (hashOffset, indexOffset, nameOffset);
    }

    public string File { get; }

    public string Version { get; }

    public uint Hash { get; }

    public ushort Index { get; }

    public int HashOffset { get; }

    public int IndexOffset { get; }

    public int NameOffset { get; }
}

/// <summary>A dynamic symbol: where its name is in the string table, and its version, and where in the file that is.</summary>
internal sealed class DynamicSymbol
{
    public DynamicSymbol(uint name, bool isDefined, ushort version, int versionOffset)
    {
        (Name, IsDefined, Version, VersionOffset) = (name, isDefined, version, versionOffset);
    }

    public uint Name { get; }

    public bool IsDefined { get; }

    public ushort Version { get; }

    public int VersionOffset { get; }
}

/// <summary>The file is not laid out as the edit requires; the message says what was expected and what was found.</summary>
internal sealed class UnexpectedLayoutException : Exception
{
    public UnexpectedLayoutException(string message)
        : base(message)
    {
    }
}
