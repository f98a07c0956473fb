using Ntm.Core.Tests.NativeLoading;

namespace Ntm.Packages.Tests;

/// <summary>
/// Programs of which only what they use is left, and programs of native code: TorchSharp finds the parameters of modules by reflection, and
/// files hold JSON. What the programs print is what the usual one prints.
/// </summary>
public class TrimmedTests(PackageFeed feed)
{
    private static readonly (string Command, string Output)[] Commands =
    [
        ("whole", "Cpu, 26 gradients, the same after loading: True, checkpoint of 100, 1 point"),
        ("parts", "Reference, the same after loading: True"),
        ("embed", "2 and 14 parameters"),
        ("train", "3 inputs"),
    ];

    [Fact]
    public void A_trimmed_program_works() => Works("trimmed", "-p:PublishTrimmed=true", "-p:TrimMode=full");

    [Fact]
    public void A_native_program_works()
    {
        RequireLinker();
        Works("native", "-p:PublishAot=true");
    }

    /// <summary>Without the members that the package's targets keep, a program throws where its model is created.</summary>
    [Fact]
    public void A_native_program_without_its_modules_fields_says_so()
    {
        RequireLinker();
        var program = Publish("bare", "-p:PublishAot=true", "-p:NtmRootModules=false");
        var (exitCode, output) = DotnetCli.Run(program, Path.GetDirectoryName(program)!, "whole");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("NtmCell has no parameter output.weight: this program has been trimmed", output);
        Assert.DoesNotContain("NullReferenceException", output);
    }

    private void Works(string name, params string[] properties)
    {
        var program = Publish(name, properties);
        foreach (var (command, expected) in Commands)
        {
            var (exitCode, output) = DotnetCli.Run(program, Path.GetDirectoryName(program)!, command);
            Assert.True(exitCode == 0, $"{command} ended with {exitCode}:\n{output}");
            Assert.EndsWith(expected, output.Trim());
        }
    }

    private string Publish(string name, params string[] properties)
    {
        Assert.SkipUnless(PackageFeed.IsRunnable, "The consumer references libtorch for Linux x64, and this is another platform.");
        // Separate folders, because another test uses the consumer's at the same time.
        var project = Path.Combine(feed.Root, name);
        Directory.CreateDirectory(project);
        foreach (var file in Directory.GetFiles(feed.Project))
            File.Copy(file, Path.Combine(project, Path.GetFileName(file)));
        var to = Path.Combine(project, "published");
        PackageFeed.Succeed(project, ["publish", "-c", "Release", "-r", "linux-x64", "--self-contained", "-p:InvariantGlobalization=true", "-v:q", "-nologo", "-o", to, .. properties]);
        Assert.Empty(Directory.GetFiles(to, "Ntm.*.xml"));
        return Path.Combine(to, "Consumer");
    }

    private static void RequireLinker() => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc"))),
        "Native code is linked by clang or gcc, and neither is here.");
}
