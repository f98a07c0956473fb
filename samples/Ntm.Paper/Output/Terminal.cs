using System.Text.Json;
using Microsoft.Extensions.Logging;
using Ntm.Training;
using Spectre.Console;

namespace Ntm.Paper.Output;

/// <summary>
/// The output for people: standard output, or standard error if the user requested JSON on standard output. Control characters are written to
/// terminals only.
/// </summary>
internal sealed class Terminal
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web) { Converters = { new FiniteNumber() } };

    private readonly bool _json;
    private readonly bool _live;
    private int _liveLength;

    public Terminal(bool json)
    {
        _json = json;
        Text = json ? Console.Error : Console.Out;
        _live = json ? !Console.IsErrorRedirected : !Console.IsOutputRedirected;
    }

    /// <summary>The writer of lines for people.</summary>
    public TextWriter Text { get; }

    public void Line(string text = "")
    {
        ClearLive();
        Text.WriteLine(text);
    }

    /// <summary>A line that the next one replaces; a plain line where there is no terminal, if it is important enough.</summary>
    /// <param name="text">The line.</param>
    /// <param name="keep">Whether the line is worth keeping in a log.</param>
    public void Live(string text, bool keep)
    {
        if (!_live)
        {
            if (keep)
                Text.WriteLine(text);
            return;
        }

        var width = Math.Max(20, Console.WindowWidth - 1);
        var shown = text.Length <= width ? text : text[..width];
        Text.Write('\r' + shown.PadRight(_liveLength));
        _liveLength = shown.Length;
    }

    public void Table(Table table)
    {
        ClearLive();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = _live && Environment.GetEnvironmentVariable("NO_COLOR") is null or "" ? AnsiSupport.Detect : AnsiSupport.No,
            Out = new AnsiConsoleOutput(Text),
        });
        // A pipe has no width; a table for a file must not wrap at 80 columns.
        if (!_live)
            console.Profile.Width = 200;
        console.Write(table);
    }

    /// <summary>The machine-readable result: one object on the last line of standard output.</summary>
    public void Result(object result)
    {
        ClearLive();
        if (_json)
            Console.Out.WriteLine(JsonSerializer.Serialize(result, Camel));
    }

    private void ClearLive()
    {
        if (_liveLength == 0)
            return;
        Text.WriteLine();
        _liveLength = 0;
    }
}

/// <summary>Shows a training's warnings and errors.</summary>
internal sealed class TerminalLogger(Terminal terminal) : ILogger<Trainer>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            terminal.Line($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $": {exception.Message}")}");
    }
}
