using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ntm.Docs.Tests;

/// <summary>The code in the documents compiles without a warning and runs unchanged. The blocks of a document run one after the other in one
/// folder: a later block may read the files of an earlier one.</summary>
public class CodeBlockTests
{
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>Warnings about newer versions of the framework's assemblies, which the SDK turns off for every project.</summary>
    private static readonly Dictionary<string, ReportDiagnostic> OffInTheSdk = new() { ["CS1701"] = ReportDiagnostic.Suppress, ["CS1702"] = ReportDiagnostic.Suppress };

    public static TheoryData<string> DocumentsWithCode() => [.. CodeBlock.All().Select(block => block.Document).Distinct()];

    [Fact]
    public void The_README_shows_code() => Assert.True(CodeBlock.All().Count(block => block.Document == "README.md") >= 3);

    [Theory]
    [MemberData(nameof(DocumentsWithCode), DisableDiscoveryEnumeration = true)]
    public async Task Every_block_compiles_and_runs(string document)
    {
        var folder = Directory.CreateTempSubdirectory("ntm-docs-");
        try
        {
            foreach (var block in CodeBlock.All().Where(block => block.Document == document))
                await Run(block, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task Run(CodeBlock block, string folder)
    {
        var main = Compile(block);
        var before = Environment.CurrentDirectory;
        try
        {
            // Blocks write files where they run; the tests of this project run one after the other.
            Environment.CurrentDirectory = folder;
            if (main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]) is Task task)
                await task;
        }
        catch (Exception e)
        {
            Assert.Fail($"{block}: {(e as TargetInvocationException)?.InnerException ?? e}");
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    private static MethodInfo Compile(CodeBlock block)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            $"Block{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, options), CSharpSyntaxTree.ParseText(block.Code, options)],
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
                .WithSpecificDiagnosticOptions(OffInTheSdk));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        var complaints = result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning).ToList();
        Assert.True(complaints.Count == 0, $"{block}:{Environment.NewLine}{string.Join(Environment.NewLine, complaints)}");
        assembly.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(assembly).EntryPoint!;
    }
}
