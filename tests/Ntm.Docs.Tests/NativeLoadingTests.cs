using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ntm.Docs.Tests;

/// <summary>A program without libtorch shows the messages in docs/troubleshooting.md.</summary>
public sealed partial class NativeLoadingTests : IDisposable
{
    private const string NotFound = "libtorch.so: cannot open shared object file";

    /// <summary>The folders in which the loader looks for every program, Debian's libtorch among others.</summary>
    private static readonly string[] SystemFolders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/usr/local/lib", "/usr/lib", "/usr/lib64"];

    private static readonly string Page = Documents.Text("docs/troubleshooting.md");

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-loading-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("new Ntm.Core.NeuralTuringMachine(new Ntm.Core.NtmOptions());", "DllNotFoundException", "Unable to load shared library 'LibTorchSharp' or one of its dependencies", NotFound)]
    [InlineData("TorchSharp.torch.zeros(1);", "TypeInitializationException", "libtorch-cpu-linux-x64")]
    public void Without_libtorch(string call, string exception, params string[] messages)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "The page has the messages of Linux x64.");
        Assert.SkipWhen(
            messages.Contains(NotFound) && SystemFolders.Any(folder => File.Exists(Path.Combine(folder, "libtorch.so"))),
            "The system has a libtorch of its own, which the loader finds.");
        var output = Run($"try {{ {call} }} catch (System.Exception e) {{ System.Console.WriteLine(e); }}");
        Assert.Contains($".{exception}: ", output, StringComparison.Ordinal);
        Assert.Contains($"`{exception}`", Page, StringComparison.Ordinal);
        var text = Page.ReplaceLineEndings(" ");
        Assert.All(messages, message => Assert.Contains(message, output, StringComparison.Ordinal));
        Assert.All(messages, message => Assert.Contains($"`{message}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_warnings_of_the_build_are_its_own()
    {
        var build = string.Concat(Sources.Files("src/Ntm.Core/buildTransitive", "*.*").Select(File.ReadAllText));
        var named = Documents.All().SelectMany(file => Warning().Matches(File.ReadAllText(file))).Select(m => m.Value).Distinct().ToList();
        Assert.NotEmpty(named);
        Assert.All(named, code => Assert.Contains(code, build, StringComparison.Ordinal));
    }

    /// <summary>Compiles a program beside our assemblies and TorchSharp with its own native library, which the build has adapted if it had to,
    /// and without libtorch.</summary>
    private string Run(string code)
    {
        foreach (var assembly in Directory.GetFiles(AppContext.BaseDirectory, "*.dll"))
            File.Copy(assembly, Path.Combine(_folder, Path.GetFileName(assembly)));
        var native = Directory.GetFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories)[0];
        File.Copy(native, Path.Combine(_folder, Path.GetFileName(native)));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        var program = Path.Combine(_folder, "Program.dll");
        Assert.True(CSharpCompilation.Create("Program", [CSharpSyntaxTree.ParseText(code)], references).Emit(program).Success);
        File.WriteAllText(Path.Combine(_folder, "Program.runtimeconfig.json"), $$"""
            { "runtimeOptions": { "framework": { "name": "Microsoft.NETCore.App", "version": "{{Environment.Version}}" } } }
            """);
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", [program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Otherwise TorchSharp finds libtorch in NuGet's folder, as scripts do.
        start.Environment["NUGET_PACKAGES"] = _folder;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return output;
    }

    [GeneratedRegex(@"\bNTM\d{4}\b")]
    private static partial Regex Warning();
}
