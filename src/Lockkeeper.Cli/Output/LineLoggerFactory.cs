using Microsoft.Extensions.Logging;

namespace Lockkeeper.Cli.Output;

/// <summary>Log entries as lines of standard error, for --verbose.</summary>
internal sealed class LineLoggerFactory(Screen screen, TimeProvider time) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(screen, time);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
