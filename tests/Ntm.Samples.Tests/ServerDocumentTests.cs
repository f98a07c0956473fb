using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Ntm.Core.Tests.NativeLoading;
using Ntm.Runtime;

namespace Ntm.Samples.Tests;

/// <summary>The commands of <c>docs/deploying.md</c> that lead a reader through the server, run one after the other.</summary>
public sealed partial class ServerDocumentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-server-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_commands_of_the_page_work()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are those of a POSIX shell.");
        Assert.SkipUnless(HasCurl(), "curl 7.82 or later is not installed, which has '--json'.");
        var page = File.ReadAllText(Path.Combine(Sample.Repository, "docs", "deploying.md"));
        var commands = Commands().Match(page).Groups["commands"].Value.TrimEnd().Split('\n');

        // Published with build outputs apart from the repository's, which other tests use at the same time.
        Assert.Equal("dotnet publish -c Release samples/Ntm.Server -o server", commands[0]);
        var (exitCode, output) = DotnetCli.Dotnet(
            Sample.Repository, [.. commands[0].Split(' ')[1..^1], Path.Combine(_folder, "server"), "-nologo", $"-p:ArtifactsPath={Path.Combine(_folder, "artifacts")}"]);
        Assert.True(exitCode == 0, $"Publishing ended with {exitCode}:\n{output}");
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(_folder, "server"), "*", SearchOption.AllDirectories), file => file.Contains("torch", StringComparison.OrdinalIgnoreCase));

        var script = Path.Combine(_folder, "commands.sh");
        // Each answer begins a line of its own.
        File.WriteAllText(script, $"set -e\n{string.Join("\necho\n", commands[1..])}\n"
            .Replace("server/Ntm.Server", Path.Combine(_folder, "server", "Ntm.Server"), StringComparison.Ordinal)
            .Replace("conversation.safetensors", Path.Combine(_folder, "conversation.safetensors"), StringComparison.Ordinal)
            .Replace("5080", FreePort().ToString(), StringComparison.Ordinal));
        (exitCode, output) = DotnetCli.Run("sh", Sample.Repository, script);
        Assert.True(exitCode == 0, $"The commands ended with {exitCode}:\n{output}");

        using var model = NtmModel.Load(ServerProgram.ModelFile);
        using var expectation = new ServerExpectation(model);
        float[][] inputs = [[1, 0, 0, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 1]];
        var lines = output.Split('\n');
        foreach (var expected in (string[])
            ["Healthy", """{"inputSize":9,"outputSize":8,"maxSteps":10000}""", ServerExpectation.Predict(model, inputs), expectation.Steps(inputs[0]), expectation.Steps(inputs[1])])
            Assert.Contains(expected, lines);
        Assert.Contains(lines, line => line.StartsWith("ntm_sessions{", StringComparison.Ordinal) && line.Contains("} 0", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("ntm_steps_total{", StringComparison.Ordinal) && line.Contains("} 4", StringComparison.Ordinal));
        using var session = model.LoadSession(Path.Combine(_folder, "conversation.safetensors"));
        Assert.Equal(1, session.Batch);
    }

    private static bool HasCurl()
    {
        try
        {
            var (exitCode, output) = DotnetCli.Run("curl", Sample.Repository, "--version");
            return exitCode == 0 && Version.TryParse(output.Split(' ')[1], out var version) && version >= new Version(7, 82);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"^## A server\n.*?^```sh\n(?<commands>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Commands();
}
