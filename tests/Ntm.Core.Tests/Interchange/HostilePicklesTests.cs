using System.Globalization;
using Ntm.Core.Serialization;
using Ntm.Tests.Shared;

namespace Ntm.Core.Tests.Interchange;

/// <summary>
/// <c>tools/to_safetensors.py</c> on files that were made to harm: each is refused by a sentence, at once and without a gigabyte, or is
/// converted as what it is.
/// </summary>
public sealed class HostilePicklesTests(HostilePicklesTests.Conversions conversions) : IClassFixture<HostilePicklesTests.Conversions>
{
    /// <summary>All conversions, made by one process: torch takes seconds to start.</summary>
    public sealed class Conversions : IDisposable
    {
        public Conversions()
        {
            if (PyTorch.Missing is not null || !OperatingSystem.IsLinux())
                return;
            PyTorch.Run("make_hostile.py", Folder);
            PyTorch.Run("run_conversions.py", Folder);
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("ntm-hostile-").FullName;

        public string File(string name) => Path.Combine(Folder, name);

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }

    [Theory]
    [InlineData("expanded.new", "tensor a: found 2147483648 numbers", "storage that has 4")]
    [InlineData("growth.new", "more than 64 times", "growth.new.pt")]
    [InlineData("beyond.new", "up to place 6", "storage that has 4")]
    [InlineData("absurd-size.new", "tensor a: found sizes of a number of 201 bits", "whole numbers")]
    [InlineData("negative-size.new", "tensor a: found sizes of -4", "whole numbers")]
    [InlineData("absurd-offset.new", "tensor a: found an offset of a number of 91 bits", "whole numbers")]
    [InlineData("metadata-name.new", "'__metadata__'", "reserve")]
    [InlineData("empty-name.new", "''", "reserve")]
    [InlineData("half-character.new", @"\ud800", "Unicode")]
    [InlineData("escape-key.new", @"\x1b[31mred", "--key")]
    [InlineData("memo.new", "1073741824", "expected what torch.save writes")]
    [InlineData("memo.old", "1073741824", "expected what torch.save writes")]
    [InlineData("long-array.new", "cannot be read", "17179869184")]
    [InlineData("copies-set.new", "copies more than", "objects")]
    [InlineData("copies-size.new", "200000 dimensions", "at most 64")]
    [InlineData("bomb-zip.new", "packed", "torch.save")]
    [InlineData("bomb-pickle.new", "268435459 bytes", "at most")]
    [InlineData("count.old", "ends within its data", "count.old.pt")]
    [InlineData("negative-count.old", "ends within its data", "negative-count.old.pt")]
    [InlineData("loop.new", "contains itself", "as again")]
    [InlineData("wide.new", "a module of more than", "parts")]
    [InlineData("pipe", "pipe, device or socket", "pipe.pt")]
    [InlineData("directory", "a directory", "directory.pt")]
    [InlineData("zero", "pipe, device or socket", "zero.pt")]
    [InlineData("to-full", "pipe, device or socket", "to-full.converted")]
    public void It_is_refused(string name, params string[] named)
    {
        Require();
        var message = File.ReadAllText(conversions.File($"{name}.message"));
        Assert.DoesNotContain("Traceback", message);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.All(named, text => Assert.Contains(text, message));
        Assert.True(name == "to-full" || !File.Exists(conversions.File($"{name}.converted")), name);
        Assert.Empty(Directory.EnumerateFiles(conversions.Folder, "*.tmp"));
    }

    [Fact]
    public void Nothing_takes_long_or_much_memory()
    {
        Require();
        foreach (var file in Directory.EnumerateFiles(conversions.Folder, "*.cost"))
        {
            var cost = File.ReadAllText(file).Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            Assert.True(cost[0] < 200e6, $"{file}: {cost[0]} bytes");
            Assert.True(cost[1] < 20, $"{file}: {cost[1]} s");
        }
    }

    [Fact]
    public void A_device_that_is_written_to_stays_a_device_and_a_link_a_link()
    {
        Require();
        Assert.Equal("/dev/full", new FileInfo(conversions.File("to-full.converted")).LinkTarget);
        Assert.False(File.GetAttributes("/dev/full").HasFlag(FileAttributes.ReparsePoint));
        Assert.Equal("there", new FileInfo(conversions.File("to-link.converted")).LinkTarget);
        Assert.Equal("a", Assert.Single(SafeTensorsFile.Load(conversions.File("there")).Tensors).Name);
    }

    [Fact]
    public void What_is_unusual_but_right_is_converted_and_names_are_printed_harmlessly()
    {
        Require();
        Assert.Equal("a F32 [2, 2]", SafeTensorsFile.Load(conversions.File("fine.new.converted")).Tensors.Single().ToString());
        Assert.EndsWith("x.weight F32 [1, 1]", SafeTensorsFile.Load(conversions.File("deep.new.converted")).Tensors[0].ToString());
        Assert.StartsWith("\u001b[31mred", SafeTensorsFile.Load(conversions.File("escape.new.converted")).Tensors.Single().Name);
        Assert.Equal(@"\x1b[31mred\x1b]0;title\x07 F32 [4]", File.ReadAllText(conversions.File("escape.new.output")).TrimEnd());
    }

    private static void Require()
    {
        PyTorch.Require();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has the pipes, devices and peaks of memory that are looked at.");
    }
}
