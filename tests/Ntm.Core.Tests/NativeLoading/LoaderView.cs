using System.Text;

namespace Ntm.Core.Tests.NativeLoading;

/// <summary>
/// The parts of an x86-64 library that the dynamic loader reads: it follows the program headers and <c>.dynamic</c> and knows no sections, so it
/// is a second opinion on what the editor, which goes by sections, has done. Trusts its input.
/// </summary>
internal sealed class LoaderView
{
    private readonly byte[] _file;
    private readonly List<(ulong Address, ulong Offset, ulong Size)> _segments = [];
    private readonly Dictionary<ulong, ulong> _dynamic = [];

    public LoaderView(byte[] file)
    {
        _file = file;
        var dynamic = 0;
        for (var i = 0; i < U16(56); i++)
        {
            var header = (int)U64(32) + (i * U16(54));
            if (U32(header) == 1)
                _segments.Add((U64(header + 16), U64(header + 8), U64(header + 32)));
            else if (U32(header) == 2)
                dynamic = (int)U64(header + 8);
        }

        for (; U64(dynamic) != 0; dynamic += 16)
            _dynamic[U64(dynamic)] = U64(dynamic + 8);

        ReadDemands(At(0x6ffffffe));
        ReadUndefinedSymbols();
    }

    /// <summary>A version demanded of a library, and the place of its record (hash, flags, index, name, next).</summary>
    public sealed record Demand(string Library, string Version, uint Hash, ushort Index, int Record);

    /// <summary>An undefined symbol, the place of its record (name, ...) and of its version index.</summary>
    public sealed record Symbol(string Name, ushort VersionIndex, int Record, int VersionAt);

    public List<Demand> Demands { get; } = [];

    public List<Symbol> Undefined { get; } = [];

    /// <summary>The offset of the strings.</summary>
    public int Strings => At(5);

    /// <summary>The symbols as the loader would resolve them: name, version and library.</summary>
    public IEnumerable<string> Resolutions() => Undefined.Select(s => s.VersionIndex < 2
        ? s.Name
        : Demands.Where(d => d.Index == s.VersionIndex).Select(d => $"{s.Name}@{d.Version} of {d.Library}").Single());

    /// <summary>The place of a section's header, for tests that damage it.</summary>
    public static int SectionHeader(byte[] file, uint type)
    {
        var headers = Enumerable.Range(0, BitConverter.ToUInt16(file, 60)).Select(i => (int)BitConverter.ToUInt64(file, 40) + (i * 64));
        return headers.Single(at => BitConverter.ToUInt32(file, at + 4) == type);
    }

    private void ReadDemands(int need)
    {
        for (var i = 0ul; i < _dynamic[0x6fffffff]; i++, need += (int)U32(need + 12))
        {
            var record = need + (int)U32(need + 8);
            for (var j = 0; j < U16(need + 2); j++, record += (int)U32(record + 12))
                Demands.Add(new Demand(Text(U32(need + 4)), Text(U32(record + 8)), U32(record), U16(record + 6), record));
        }
    }

    // The GNU hash table covers the defined symbols and begins with the number of those before them: the undefined ones.
    private void ReadUndefinedSymbols()
    {
        for (var i = 1; i < U32(At(0x6ffffef5) + 4); i++)
        {
            var (record, version) = (At(6) + (i * 24), At(0x6ffffff0) + (i * 2));
            Undefined.Add(new Symbol(Text(U32(record)), U16(version), record, version));
        }
    }

    private int At(ulong tag)
    {
        var address = _dynamic[tag];
        var (start, offset, _) = _segments.Single(s => address >= s.Address && address < s.Address + s.Size);
        return (int)(address - start + offset);
    }

    private string Text(uint name)
    {
        var start = Strings + (int)name;
        return Encoding.ASCII.GetString(_file, start, Array.IndexOf(_file, (byte)0, start) - start);
    }

    private ushort U16(int at) => BitConverter.ToUInt16(_file, at);

    private uint U32(int at) => BitConverter.ToUInt32(_file, at);

    private ulong U64(int at) => BitConverter.ToUInt64(_file, at);
}
