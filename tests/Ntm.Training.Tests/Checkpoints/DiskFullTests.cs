using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Checkpoints;

/// <summary>A training whose disk is full continues, reports it, and keeps the checkpoints that it has.</summary>
public class DiskFullTests
{
    [Fact]
    public void On_a_full_disk_the_training_goes_on_and_the_last_good_checkpoint_stays()
    {
        using var folder = new TemporaryFolder();
        using var disk = Mount(folder["disk"]);
        Assert.SkipWhen(disk is null, "A small tmpfs cannot be mounted here, which takes Linux and root.");
        var filler = Path.Combine(folder["disk"], "filler");
        using var model = new LinearModel();
        var logger = new ListLogger();
        var trainer = new Trainer(model, new EchoTask(), new TrainingOptions
        {
            Sequences = 200,
            BatchSize = 8,
            EvaluationInterval = 0,
            StopWhenSolved = false,
            Checkpoints = new CheckpointOptions { Folder = Path.Combine(folder["disk"], "checkpoints"), Interval = 40, Minutes = 0, KeepLast = 10 },
        }, logger);
        var recorder = new Recorder((call, _) =>
        {
            // Full after the checkpoint at 40, and free again after the one at 120 has failed.
            if (call.Contains("0040.", StringComparison.Ordinal))
                Fill(filler);
            else if (call.Contains("0120.", StringComparison.Ordinal))
                File.Delete(filler);
        });
        trainer.Observers.Add(recorder);
        Assert.Equal(TrainingOutcome.Completed, trainer.Train().Outcome);
        Assert.Equal([null, null, 80L, 120L, null, null], recorder.Checkpoints.Select(c => c.Failure is IOException ? CheckpointFolder.SequencesOf(c.File) : null));
        Assert.Equal(2, logger.Lines.Count(l => l.Level == LogLevel.Warning && l.Text.Contains("could not be written", StringComparison.Ordinal)));
        var checkpoints = new CheckpointFolder(Path.Combine(folder["disk"], "checkpoints"));
        Assert.Equal([200, 160, 40, 0], checkpoints.Files.Select(f => TrainingCheckpoint.Load(f).SequencesSeen));
        // No half-written file is left.
        Assert.Equal(4, Directory.GetFiles(checkpoints.Path).Length);
    }

    private static void Fill(string file)
    {
        using var stream = File.Create(file);
        try
        {
            while (true)
            {
                stream.Write(new byte[4096]);
                stream.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static Disk? Mount(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder) ? new Disk(folder) : null;
    }

    private static bool Run(params string[] command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private sealed class Disk(string folder) : IDisposable
    {
        public void Dispose() => Run("umount", "-l", folder);
    }
}
