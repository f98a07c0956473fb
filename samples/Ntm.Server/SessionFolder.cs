using System.Globalization;
using Microsoft.Extensions.Options;

namespace Ntm.Server;

/// <summary>Saves the open sessions in a folder when the server has stopped, and opens them again when it starts. A file is deleted once its session is open:
/// after a crash, a stale state must not pass for the last one.</summary>
internal sealed partial class SessionFolder(SessionTable sessions, IOptions<ServerOptions> options, ILogger<SessionFolder> logger) : IHostedLifecycleService
{
    private const string Extension = ".safetensors";

    private string Folder => options.Value.SessionFolder;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (Folder.Length == 0)
            return Task.CompletedTask;
        Directory.CreateDirectory(Folder);
        foreach (var path in Directory.GetFiles(Folder, $"*{Extension}"))
            Resume(path);
        return Task.CompletedTask;
    }

    /// <summary>Saves the sessions: no request is in flight any more.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (Folder.Length == 0)
            return Task.CompletedTask;
        foreach (var session in sessions.All)
        {
            try
            {
                using var usage = session.Use();
                session.Save(Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{session.Id}-{session.Steps}{Extension}")));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or RefusedException)
            {
                NotSaved(logger, session.Id, e.Message);
            }
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Resume(string path)
    {
        try
        {
            if (Path.GetFileNameWithoutExtension(path).Split('-') is not [{ Length: > 0 } id, var steps] || !long.TryParse(steps, CultureInfo.InvariantCulture, out var count))
                throw RefusedException.BadInput("The name is not of the form 'ID-STEPS.safetensors'.");
            using (var file = File.OpenRead(path))
                sessions.Resume(id, count, file);
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or RefusedException)
        {
            NotResumed(logger, path, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The session {Id} is not saved: {Reason}")]
    private static partial void NotSaved(ILogger logger, string id, string reason);

    [LoggerMessage(LogLevel.Warning, "The session in {Path} is not opened again, and the file is kept: {Reason}")]
    private static partial void NotResumed(ILogger logger, string path, string reason);
}
