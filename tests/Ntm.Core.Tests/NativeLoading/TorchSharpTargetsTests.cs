using System.Text.Json;
using Ntm.Build;

namespace Ntm.Core.Tests.NativeLoading;

/// <summary>The targets in a project that imports them: the build output, and that it runs.</summary>
public sealed class TorchSharpTargetsTests : IClassFixture<ConsumerProject>, IDisposable
{
    private const string Done = "asks libstdc++.so.6 for GLIBCXX_3.4 in place of GLIBCXX_3.4.32";
    private const string Skipped = "Skipping target \"_NtmPatchTorchSharpLibrary\" because all output files are up-to-date";

    private readonly ConsumerProject _project;
    private readonly byte[] _original = File.ReadAllBytes(TorchSharpPackage.LinuxLibrary);
    private readonly DateTime _writtenAt = File.GetLastWriteTimeUtc(TorchSharpPackage.LinuxLibrary);

    public TorchSharpTargetsTests(ConsumerProject project)
    {
        _project = project;
        Assert.SkipUnless(ConsumerProject.IsRunnable, "The library that the targets edit is for Linux x64, and this is another platform.");
    }

    /// <summary>The package cache is unchanged after every test.</summary>
    public void Dispose()
    {
        Assert.Equal(_original, File.ReadAllBytes(TorchSharpPackage.LinuxLibrary));
        Assert.Equal(_writtenAt, File.GetLastWriteTimeUtc(TorchSharpPackage.LinuxLibrary));
    }

    [Fact]
    public void A_portable_build_runs_and_the_next_one_leaves_the_copy_alone()
    {
        Assert.Contains(Done, _project.Build("Portable"), StringComparison.Ordinal);
        AssertEdited(_project.Output("Portable"));
        var (exitCode, output) = _project.Dotnet(Path.Combine("bin", "Portable", "net10.0", "Consumer.dll"));
        Assert.Equal((0, "sum 3"), (exitCode, output.Trim()));

        var copiedAt = File.GetLastWriteTimeUtc(_project.Intermediate("Portable"));
        var second = _project.Build("Portable");
        Assert.Contains(Skipped, second, StringComparison.Ordinal);
        Assert.DoesNotContain(Done, second, StringComparison.Ordinal);
        Assert.Equal(copiedAt, File.GetLastWriteTimeUtc(_project.Intermediate("Portable")));
        AssertEdited(_project.Output("Portable"));
    }

    [Fact]
    public void Turned_off_and_on_again_the_output_follows_and_clean_removes_the_copy()
    {
        _project.Build("Switched");
        AssertEdited(_project.Output("Switched"));

        _project.Build("Switched", "-p:NtmPatchTorchSharp=never");
        Assert.Equal(_original, File.ReadAllBytes(_project.Output("Switched")));

        _project.Build("Switched");
        AssertEdited(_project.Output("Switched"));
        AssertEdited(_project.Intermediate("Switched"));

        _project.Succeed("clean", "-p:Configuration=Switched");
        Assert.False(File.Exists(_project.Intermediate("Switched")));
        Assert.False(File.Exists(_project.Output("Switched")));
    }

    [Fact]
    public void A_single_file_publish_for_the_platform_runs()
    {
        var to = Path.Combine(_project.Folder, "published");
        _project.Succeed("publish", "--no-restore", "-p:Configuration=Published", "-r", "linux-x64", "--self-contained", "false",
            "-p:PublishSingleFile=true", "-p:_NtmLibStdCpp=30", "-o", to);

        Assert.False(File.Exists(Path.Combine(to, "Consumer.dll")));
        AssertEdited(Path.Combine(to, "libLibTorchSharp.so"));
        var (exitCode, output) = DotnetCli.Run(Path.Combine(to, "Consumer"), to);
        Assert.Equal((0, "sum 3"), (exitCode, output.Trim()));
    }

    [Fact]
    public void Another_library_is_kept_with_a_warning_in_every_build()
    {
        var other = Path.Combine(_project.Folder, "other", "libLibTorchSharp.so");
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        File.WriteAllText(other, "no library at all");

        for (var build = 0; build < 2; build++)
        {
            var output = _project.Build("Other", $"-p:OtherLibrary={other}");
            Assert.Contains("warning NTM0001", output, StringComparison.Ordinal);
            Assert.Contains("expected an ELF header of 64 bytes, found a file of 17", output, StringComparison.Ordinal);
            Assert.Equal("no library at all", File.ReadAllText(_project.Output("Other")));
            Assert.False(File.Exists(_project.Intermediate("Other")));
        }
    }

    [Theory]
    [InlineData("auto", 30, true)]
    [InlineData("auto", 32, false)]
    [InlineData("always", 32, true)]
    [InlineData("never", 30, false)]
    public void The_property_and_the_system_decide(string property, int libStdCpp, bool edited)
    {
        var configuration = $"{property}{libStdCpp}";
        var items = JsonDocument.Parse(_project.Succeed("msbuild", "-t:ResolveAssemblyReferences", "-getItem:RuntimeTargetsCopyLocalItems",
            $"-p:Configuration={configuration}", $"-p:NtmPatchTorchSharp={property}", $"-p:_NtmLibStdCpp={libStdCpp}"));

        var item = items.RootElement.GetProperty("Items").GetProperty("RuntimeTargetsCopyLocalItems").EnumerateArray()
            .Single(i => i.GetProperty("PathInPackage").GetString() == "runtimes/linux-x64/native/libLibTorchSharp.so");
        var expected = edited ? _project.Intermediate(configuration) : TorchSharpPackage.LinuxLibrary;
        Assert.Equal(expected, item.GetProperty("FullPath").GetString());
        Assert.Equal("runtimes/linux-x64/native/libLibTorchSharp.so", item.GetProperty("DestinationSubPath").GetString());
        Assert.Equal("TorchSharp", item.GetProperty("NuGetPackageId").GetString());
        Assert.Equal(edited, File.Exists(_project.Intermediate(configuration)));
    }

    [Fact]
    public void Another_value_of_the_property_is_an_error()
    {
        var (exitCode, output) = _project.Dotnet("build", "--no-restore", "-p:Configuration=Mistaken", "-p:NtmPatchTorchSharp=sometimes");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("error NTM0002: NtmPatchTorchSharp is 'sometimes'; expected 'auto' (default), 'always' or 'never'.", output,
            StringComparison.Ordinal);
    }

    private void AssertEdited(string library)
    {
        var expected = TorchSharpLibraryEditor.Edit(_original);
        Assert.Equal(EditOutcome.Patched, expected.Outcome);
        Assert.Equal(expected.Library, File.ReadAllBytes(library));
    }
}
