namespace Ntm.Build;

/// <summary>The parts of an ELF shared library that record the required versions of symbols. Every access is checked.</summary>
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

    /// <summary>Returns the versions that the library requires of other libraries (<c>.gnu.version_r</c>).</summary>
    public IEnumerable<VersionDemand> Demands()
    {
        foreach (var (need, demand) in DemandOffsets())
        {
            yield return new VersionDemand(
                Text(U32(need + 4)), Text(U32(demand + 8)), U32(demand), (ushort)(U16(demand + 6) & 0x7fff),
                hashOffset: demand, indexOffset: demand + 6, nameOffset: demand + 8);
        }
    }

    /// <summary>Returns the dynamic symbols with their versions.</summary>
    public IEnumerable<DynamicSymbol> Symbols()
    {
        for (var i = 0; i < _symbols.Size / SymbolSize; i++)
        {
            var symbol = _symbols.Offset + (i * SymbolSize);
            var version = _versions.Offset + (i * sizeof(ushort));
            yield return new DynamicSymbol(U32(symbol), U16(symbol + 6) != 0, (ushort)(U16(version) & 0x7fff), version);
        }
    }

    /// <summary>Returns the places in the string table that the file refers to, one for each reference.</summary>
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

    /// <summary>Returns the offset of a string in the file.</summary>
    public int StringOffset(uint name)
    {
        if (name >= _strings.Size)
            throw new UnexpectedLayoutException($"expected a string inside .dynstr ({_strings.Size} bytes), found one at {name}");
        return _strings.Offset + (int)name;
    }

    /// <summary>Tells whether a string is not the ending of another one.</summary>
    public bool StartsString(uint name) => name == 0 || _bytes[StringOffset(name) - 1] == 0;

    /// <summary>Returns a string of the string table; characters other than printable ASCII are replaced by question marks.</summary>
    public string Text(uint name)
    {
        const int longest = 256; // Those that matter have 28 characters at most; a garbled message need not have more.
        var text = new System.Text.StringBuilder();
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

    // The loader ignores sections. A tool that rewrites libraries may have left stale sections behind, and an edit of those would have no effect.
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

    // Each required library has a record (version, count, file, first requirement, next), and each requirement another one (hash,
    // flags, index, name, next). Places are relative and, as linkers write them, ascending. There are no more records than the section has space
    // for, so the loop ends soon for any input.
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

    // These reads stay inside the file: the header's fields are within the first 64 bytes, all others in sections and records that were checked.
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
