using System.Diagnostics;
using System.Net.Sockets;
using Ntm.Core.Interchange;
using Ntm.Core.Serialization;

namespace Ntm.Core.Tests.Serialization;

/// <summary>Reading a pipe would wait and a device never ends: a file that is not regular is refused at once, with its path.</summary>
public sealed class SpecialFileTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();

    public SpecialFileTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked what a path leads to.");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var what in (string[])["pipe", "/dev/zero", "/dev/null", "/dev/full", "directory", "socket", "link to a pipe"])
            foreach (var function in (string[])["load", "load into", "load LSTM", "import", "tensors", "write"])
                cases.Add(what, function);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_refused_at_once(string what, string function)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var path = Make(what, socket);
        using var machine = new NeuralTuringMachine(new NtmOptions { InputSize = 1, OutputSize = 1, ControllerSize = 2, MemoryLocations = 3, MemoryWidth = 2 }, seed: 1);
        Action call = function switch
        {
            "load" => () => NtmModelFile.Load(path).Dispose(),
            "load into" => () => NtmModelFile.LoadInto(machine, path),
            "load LSTM" => () => LstmModelFile.Load(path).Dispose(),
            "import" => () => PyTorchImport.Load(path, PyTorchLayout.PyTorchNtm).Dispose(),
            "tensors" => () => SafeTensorsFile.Load(path),
            _ => () => NtmModelFile.Save(machine, path),
        };
        var e = await Assert.ThrowsAsync<IOException>(() => Task.Run(call, TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken));
        // Writing names what a link points to.
        Assert.Contains(what == "link to a pipe" ? _folder.Path : path, e.Message);
        Assert.Contains(what == "directory" ? "is a directory" : "socket; expected a regular file", e.Message);
    }

    private string Make(string what, Socket socket)
    {
        var path = _folder.File("model.safetensors");
        switch (what)
        {
            case "pipe":
                MakePipe(path);
                return path;
            case "link to a pipe":
                MakePipe(_folder.File("pipe"));
                File.CreateSymbolicLink(path, _folder.File("pipe"));
                return path;
            case "directory":
                Directory.CreateDirectory(path);
                return path;
            case "socket":
                socket.Bind(new UnixDomainSocketEndPoint(path));
                return path;
            default:
                return what;
        }
    }

    private static void MakePipe(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
