namespace Ntm.Paper.Tests.Support;

/// <summary>A short training of a small model, made once for all tests that need one.</summary>
public sealed class TrainedRun : IAsyncLifetime
{
    internal static readonly string[] Small =
        ["--max-length", "3", "--controller-size", "16", "--memory-locations", "8", "--memory-width", "6", "--batch-size", "4", "--report-interval", "40"];

    internal string Folder { get; } = Directory.CreateTempSubdirectory("ntm-run-").FullName;

    internal PaperResult Result { get; private set; } = null!;

    internal string Run => Path.Combine(Folder, "run");

    public async ValueTask InitializeAsync() =>
        Result = (await PaperProcess.RunAsync(["train", "copy", "--sequences", "203", "--seed", "7", "--json", "--out", Run, .. Small])).ExpectExit(0);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
