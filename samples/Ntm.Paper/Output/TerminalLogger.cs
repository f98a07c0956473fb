using Microsoft.Extensions.Logging;
using Ntm.Training;

namespace Ntm.Paper.Output;

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
