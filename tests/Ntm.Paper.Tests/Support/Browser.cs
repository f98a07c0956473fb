using System.Diagnostics;

namespace Ntm.Paper.Tests.Support;

/// <summary>Debian's Chromium, without a window.</summary>
internal static class Browser
{
    /// <summary>Its program, or <see langword="null"/> if it is not installed.</summary>
    public static string? Program { get; } = ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);

    /// <summary>Opens a page and gives the document after its scripts have run, and what the console was told.</summary>
    /// <param name="file">The page.</param>
    /// <param name="width">The window's width in pixels.</param>
    /// <param name="arguments">More arguments.</param>
    public static async Task<(string Document, string Console)> OpenAsync(string file, int width, params string[] arguments)
    {
        var profile = Directory.CreateTempSubdirectory("ntm-browser-");
        try
        {
            var start = new ProcessStartInfo(Program!) { RedirectStandardOutput = true, RedirectStandardError = true };
            string[] all =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--enable-logging=stderr", "--no-first-run",
                $"--user-data-dir={profile.FullName}", $"--window-size={width},2400", .. arguments, new Uri(file).AbsoluteUri,
            ];
            foreach (var argument in all)
                start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var cancellation = TestContext.Current.CancellationToken;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
            await process.WaitForExitAsync(cancellation);
            var console = (await error).Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal));
            return (await output, string.Join('\n', console));
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }
}
