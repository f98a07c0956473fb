using System.Runtime.InteropServices;
using System.Text;
using Ntm.Build;

namespace Ntm.Core.Tests.NativeLoading;

public class TorchSharpLibraryEditorTests
{
    private const string NewVersion = "GLIBCXX_3.4.32";
    private const string NewSymbol = "_ZSt21ios_base_library_initv";

    private static readonly byte[] _original = File.ReadAllBytes(TorchSharpPackage.LinuxLibrary);
    private static readonly LoaderView _view = new(_original);
    private static readonly LoaderView.Symbol _symbol = _view.Undefined.Single(s => s.Name == NewSymbol);
    private static readonly LoaderView.Demand _demand = _view.Demands.Single(d => d.Version == NewVersion);
    private static readonly LoaderView.Demand _substitute = _view.Demands.Single(d => d.Version == "GLIBCXX_3.4");

    [Fact]
    public void The_edited_library_demands_the_constructor_of_old_and_all_else_as_before()
    {
        var edit = TorchSharpLibraryEditor.Edit([.. _original]);

        Assert.Equal(EditOutcome.Patched, edit.Outcome);
        var view = new LoaderView(edit.Library);
        Assert.Contains($"{NewSymbol}@{NewVersion} of libstdc++.so.6", _view.Resolutions());
        Assert.Equal(
            _view.Resolutions().Select(r => r == $"{NewSymbol}@{NewVersion} of libstdc++.so.6"
                ? "_ZNSt8ios_base4InitC1Ev@GLIBCXX_3.4 of libstdc++.so.6"
                : r),
            view.Resolutions());
        Assert.Equal(
            _view.Demands.Select(d => d.Version == NewVersion ? d with { Version = "GLIBCXX_3.4", Hash = 0x08922974 } : d),
            view.Demands);
    }

    [Fact]
    public void Only_the_name_the_version_index_and_the_demand_change()
    {
        var given = (byte[])_original.Clone();
        var edited = TorchSharpLibraryEditor.Edit(given).Library;

        Assert.Equal(_original, given);
        Assert.Equal(_original.Length, edited.Length);
        var name = StringAt(NewSymbol);
        var may = Enumerable.Range(name, NewSymbol.Length).Concat(Enumerable.Range(_symbol.VersionAt, 2))
            .Concat(Enumerable.Range(_demand.Record, 4)).Concat(Enumerable.Range(_demand.Record + 8, 4)).ToHashSet();
        var changed = Enumerable.Range(0, edited.Length).Where(i => edited[i] != _original[i]).ToList();
        Assert.NotEmpty(changed);
        Assert.All(changed, i => Assert.Contains(i, may));
    }

    [Fact]
    public void An_edited_library_has_nothing_left_to_edit()
    {
        var edited = TorchSharpLibraryEditor.Edit(_original).Library;
        var again = TorchSharpLibraryEditor.Edit(edited);

        Assert.Equal(EditOutcome.NothingToDo, again.Outcome);
        Assert.Same(edited, again.Library);
    }

    [Fact]
    public void A_library_that_never_asked_has_nothing_to_edit()
    {
        var other = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libc10.so");
        Assert.SkipUnless(File.Exists(other), "libtorch for Linux x64 is not among this build's files.");

        Assert.Equal(EditOutcome.NothingToDo, TorchSharpLibraryEditor.Edit(File.ReadAllBytes(other)).Outcome);
    }

    [Fact]
    public void A_library_cut_short_is_refused_wherever_it_ends()
    {
        var lengths = Enumerable.Range(0, 300).Concat(Enumerable.Range(1, 200).Select(i => (int)((long)_original.Length * i / 201)))
            .Append(_original.Length - 1);
        Assert.All(lengths, length => AssertRefused(_original[..length]));
    }

    [Theory]
    [InlineData("", "found a file of 0")]
    [InlineData("not a library", "found a file of 13")]
    [InlineData("a text that is longer than the header of an ELF file, which has 64 bytes", "expected an ELF file")]
    public void Another_kind_of_file_is_refused(string text, string reason) => AssertRefused(Encoding.ASCII.GetBytes(text), reason);

    [Theory]
    [InlineData(4, 1, "64-bit")]
    [InlineData(5, 2, "little-endian")]
    [InlineData(16, 2, "shared library")]
    [InlineData(18, 183, "x86-64")]
    [InlineData(58, 40, "section headers of 64 bytes")]
    [InlineData(60, 0, "found 0 of 64")]
    [InlineData(47, 0x7f, "section headers at")]
    public void Another_kind_of_ELF_file_is_refused(int at, byte value, string reason) =>
        AssertRefused(Damaged(f => f[at] = value), reason);

    [Theory]
    [InlineData(0x6ffffffeu, ".gnu.version_r")] // a statically linked file, for one
    [InlineData(0x6fffffffu, ".gnu.version")]
    [InlineData(11u, ".dynsym")]
    [InlineData(6u, ".dynamic")]
    public void A_library_without_a_section_is_refused(uint type, string name) =>
        AssertRefused(Damaged(f => Put(f, LoaderView.SectionHeader(f, type) + 4, 1)), $"expected one section {name}, found 0");

    [Theory]
    [InlineData(0x6ffffffeu)]
    [InlineData(0x6fffffffu)]
    [InlineData(11u)]
    [InlineData(6u)]
    public void A_section_that_reaches_beyond_the_end_is_refused(uint type) =>
        AssertRefused(Damaged(f => Put(f, LoaderView.SectionHeader(f, type) + 36, 1)), "reaches beyond the end");

    [Fact]
    public void A_section_elsewhere_than_the_loader_looks_is_refused() =>
        AssertRefused(Damaged(f => f[LoaderView.SectionHeader(f, 11) + 16] ^= 8), "where .dynamic tells the loader to look");

    [Fact]
    public void A_second_string_table_is_refused() =>
        AssertRefused(Damaged(f => f[LoaderView.SectionHeader(f, 11) + 40] ^= 1), "one string table");

    [Fact]
    public void A_table_of_versions_that_does_not_match_the_symbols_is_refused() =>
        AssertRefused(Damaged(f => f[LoaderView.SectionHeader(f, 0x6fffffff) + 32] -= 2), "a version for each");

    [Fact]
    public void Another_symbol_of_the_new_version_is_refused() =>
        AssertRefused(Damaged(f => Put16(f, _view.Undefined.First(s => s != _symbol).VersionAt, _demand.Index)), "as the only symbol");

    [Fact]
    public void Another_symbol_in_its_place_is_refused() =>
        AssertRefused(Damaged(f => f[StringAt(NewSymbol) + 3] = (byte)'9'), "_ZS921ios_base_library_initv");

    [Fact]
    public void A_symbol_that_the_library_defines_is_refused() =>
        AssertRefused(Damaged(f => Put16(f, _symbol.Record + 6, 12)), "defines it itself");

    [Fact]
    public void A_name_that_is_the_ending_of_another_is_refused() =>
        AssertRefused(Damaged(f => f[StringAt(NewSymbol) - 1] = (byte)'_'), "found it shared");

    [Fact]
    public void A_name_whose_ending_is_another_is_refused() => AssertRefused(
        Damaged(f => Put(f, _view.Undefined.First(s => s != _symbol).Record, (uint)(StringAt(NewSymbol) + 4 - _view.Strings))),
        "found it shared");

    [Fact]
    public void A_name_whose_ending_is_the_library_s_own_name_is_refused() => AssertRefused(
        Damaged(f => Put(f, DynamicEntry(f, 14) + 8, (uint)(StringAt(NewSymbol) + 4 - _view.Strings))), "found it shared");

    [Theory]
    [InlineData("GLIBCXX_3.4.33")]
    [InlineData("GLIBCXX_3.4.31")]
    public void A_demand_for_a_version_that_the_edit_does_not_know_is_refused(string version) =>
        AssertRefused(Damaged(f => Encoding.ASCII.GetBytes(version).CopyTo(f, StringAt("GLIBCXX_3.4.30"))), $"found {version}");

    [Fact]
    public void A_library_that_does_not_demand_the_old_version_is_refused()
    {
        var another = BitConverter.ToUInt32(_original, _view.Demands.Single(d => d.Version == "GLIBCXX_3.4.9").Record + 8);
        AssertRefused(Damaged(f => Put(f, _substitute.Record + 8, another)), "asks libstdc++.so.6 for GLIBCXX_3.4 as well");
    }

    [Fact]
    public void A_wrong_hash_is_refused() => AssertRefused(Damaged(f => f[_substitute.Record] ^= 1), "expected GLIBCXX_3.4 with hash 8922974, found 8922975");

    [Theory]
    [InlineData(8, 0x7fffffffu, "expected a string inside .dynstr")]
    [InlineData(12, 0x7fffffffu, "expected a record inside .gnu.version_r")]
    [InlineData(12, 1u, "further on")]
    public void A_demand_that_leads_astray_is_refused(int field, uint value, string reason) =>
        AssertRefused(Damaged(f => Put(f, _demand.Record + field, value)), reason);

    [Fact]
    public void Flipped_bits_never_break_the_editor_nor_what_it_makes()
    {
        // Where an edit could be misled: the header, section headers, strings' heads, versions and .dynamic; the code is no business of it.
        var sections = (int)BitConverter.ToUInt64(_original, 40);
        var places = Enumerable.Range(0, 64)
            .Concat(Enumerable.Range(sections, _original.Length - sections))
            .Concat(Enumerable.Range(_view.Demands[0].Record - 16, 0x210))
            .Concat(Enumerable.Range(BitConverter.ToInt32(_original, LoaderView.SectionHeader(_original, 6) + 24), 0x270))
            .Concat(Enumerable.Range(StringAt(NewSymbol) - 8, NewSymbol.Length + 16))
            .Concat(Enumerable.Range(_symbol.Record - 48, 96)).ToArray();
        var random = new Random(20260607);
        var outcomes = new int[3];

        for (var round = 0; round < 1000; round++)
        {
            var file = (byte[])_original.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                file[places[random.Next(places.Length)]] ^= (byte)(1 << random.Next(8));

            var edit = TorchSharpLibraryEditor.Edit(file);
            outcomes[(int)edit.Outcome]++;
            Assert.NotEmpty(edit.Message);
            if (edit.Outcome == EditOutcome.Patched)
                Assert.Equal(EditOutcome.NothingToDo, TorchSharpLibraryEditor.Edit(edit.Library).Outcome);
            else
                Assert.Same(file, edit.Library);
        }

        Assert.True(outcomes[(int)EditOutcome.Patched] > 100 && outcomes[(int)EditOutcome.Refused] > 100, string.Join(", ", outcomes));
    }

    private static void AssertRefused(byte[] file, string reason = "expected ")
    {
        var edit = TorchSharpLibraryEditor.Edit(file);
        Assert.Equal(EditOutcome.Refused, edit.Outcome);
        Assert.Same(file, edit.Library);
        Assert.Contains(reason, edit.Message, StringComparison.Ordinal);
    }

    private static byte[] Damaged(Action<byte[]> damage)
    {
        var file = (byte[])_original.Clone();
        damage(file);
        Assert.NotEqual(_original, file);
        return file;
    }

    private static int DynamicEntry(byte[] file, ulong tag)
    {
        var at = BitConverter.ToInt32(file, LoaderView.SectionHeader(file, 6) + 24);
        while (BitConverter.ToUInt64(file, at) != tag)
            at += 16;
        return at;
    }

    private static void Put(byte[] file, int at, uint value) => MemoryMarshal.Write(file.AsSpan(at), value);

    private static void Put16(byte[] file, int at, ushort value) => MemoryMarshal.Write(file.AsSpan(at), value);

    // The place of a string in .dynstr, which is the first part of the file that has any.
    private static int StringAt(string text) => _original.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\0{text}\0")) + 1;
}
