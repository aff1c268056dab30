using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.Cli.Output;

/// <summary>One log entry, one line.</summary>
internal sealed class LineLogger(Screen screen, TimeProvider time) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        var text = formatter(state, exception) + (exception is null ? "" : $" ({exception.Message})");
        lock (screen)
        {
            screen.Line(string.Create(
                CultureInfo.InvariantCulture, $"[dim]{time.GetLocalNow():HH:mm:ss.fff} {eventId.Id}[/] {Shown.Line(text)}"));
        }
    }
}
