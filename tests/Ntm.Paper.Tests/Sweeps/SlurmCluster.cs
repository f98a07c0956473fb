using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Ntm.Paper.Tests.Sweeps;

/// <summary>
/// A Slurm cluster of two nodes on this machine: munged, slurmctld and two slurmd, which Debian builds so that several may run on one machine. Its configuration
/// and all its files are in a temporary folder.
/// </summary>
internal sealed class SlurmCluster : IAsyncDisposable
{
    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "srun", "sbatch", "squeue", "sinfo", "scancel"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ntm-slurm-");
    private readonly List<Process> _daemons = [];

    private string Configuration => Path.Combine(_folder.FullName, "slurm.conf");

    private SlurmCluster()
    {
    }

    /// <summary>Why there can be none; <see langword="null"/> if there can.</summary>
    public static string? Obstacle { get; } = !OperatingSystem.IsLinux() ? "Slurm's test cluster is for Linux."
        : Programs.Where(program => Find(program) is null).ToList() is [_, ..] missing ? $"There is no {string.Join(", ", missing)}: Debian's slurm-wlm and munge have them." : null;

    public static async Task<SlurmCluster> StartAsync()
    {
        var cluster = new SlurmCluster();
        try
        {
            await cluster.BeginAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command of Slurm's, or any other one that needs its configuration.</summary>
    /// <returns>Its standard output.</returns>
    public async Task<string> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] words)
    {
        using var process = Start(environment, words);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', words)}: exit code {process.ExitCode}{Environment.NewLine}{await output}{await error}");
        return await output;
    }

    public Task<string> RunAsync(params string[] words) => RunAsync(new Dictionary<string, string>(), words);

    /// <summary>Kills all processes of an array's task at once, as a machine that fails does.</summary>
    /// <param name="job">The number of the array.</param>
    /// <param name="task">The number of the task.</param>
    /// <returns>How many there were.</returns>
    public int KillTask(string job, int task)
    {
        string[] own = [$"SLURM_CONF={Configuration}", $"SLURM_ARRAY_JOB_ID={job}", $"SLURM_ARRAY_TASK_ID={task}"];
        List<Process> processes = [.. Process.GetProcesses().Where(p => own.All(EnvironmentOf(p).Contains))];
        foreach (var process in processes)
        {
            try
            {
                process.Kill();
            }
            catch (InvalidOperationException)
            {
                // It has ended with one of the others.
            }
        }

        return processes.Count;

        static string[] EnvironmentOf(Process process)
        {
            try
            {
                return File.ReadAllText($"/proc/{process.Id}/environ").Split('\0');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is another user's.
                return [];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The controller and the nodes before what they authenticate by.
        foreach (var daemon in Enumerable.Reverse(_daemons))
        {
            if (!daemon.HasExited)
                daemon.Kill(entireProcessTree: true);
            await daemon.WaitForExitAsync(CancellationToken.None);
            daemon.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private async Task BeginAsync()
    {
        var key = Path.Combine(_folder.FullName, "munge.key");
        await File.WriteAllBytesAsync(key, RandomNumberGenerator.GetBytes(64), TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string In(string name) => Path.Combine(_folder.FullName, name);
        var ports = FreePorts(3);
        await File.WriteAllTextAsync(Configuration, $"""
            ClusterName=ntm
            SlurmctldHost={Environment.MachineName}(127.0.0.1)
            SlurmUser={Environment.UserName}
            SlurmdUser={Environment.UserName}
            SlurmctldPort={ports[0]}
            AuthType=auth/munge
            AuthInfo=socket={In("munge.socket")}
            CredType=cred/munge
            StateSaveLocation={In("state")}
            SlurmdSpoolDir={In("spool-%n")}
            SlurmctldPidFile={In("slurmctld.pid")}
            SlurmdPidFile={In("slurmd-%n.pid")}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            SlurmdParameters=config_overrides
            ReturnToService=2
            MpiDefault=none
            KillWait=5
            SchedulerParameters=sched_min_interval=0
            NodeName=node1 NodeHostname={Environment.MachineName} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 State=UNKNOWN
            NodeName=node2 NodeHostname={Environment.MachineName} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 State=UNKNOWN
            PartitionName=main Nodes=node1,node2 Default=YES MaxTime=INFINITE State=UP

            """, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(In("state"));
        Daemon("munged", "--foreground", "--force", $"--key-file={key}", $"--socket={In("munge.socket")}", $"--pid-file={In("munge.pid")}", $"--log-file={In("munge.log")}", $"--seed-file={In("munge.seed")}");
        await UntilAsync(() => Task.FromResult(File.Exists(In("munge.socket"))), "munged has no socket");
        Daemon("slurmctld", "-D");
        Daemon("slurmd", "-D", "-N", "node1");
        Daemon("slurmd", "-D", "-N", "node2");
        await UntilAsync(async () => await TryRunAsync("sinfo", "--noheader", "--format=%T %D") == "idle 2", "the nodes are not idle");
    }

    private void Daemon(string name, params string[] words)
    {
        var process = Start(new Dictionary<string, string>(), [Find(name)!, .. words]);
        // Nobody reads what they say, and a full pipe would stop them.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _daemons.Add(process);
    }

    private async Task<string> TryRunAsync(params string[] words)
    {
        using var process = Start(new Dictionary<string, string>(), words);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.Trim();
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, string otherwise)
    {
        var clock = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"After a minute {otherwise}.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private Process Start(IReadOnlyDictionary<string, string> environment, params string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = Configuration;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static string? Find(string program) =>
        ((string[])["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"]).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Ports that nobody listens on at the moment.</summary>
    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var listener in listeners)
            listener.Start();
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (var listener in listeners)
            listener.Dispose();
        return ports;
    }
}
