using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output.Progress;

/// <summary>Says for whom a command waits whose result is one object, and so on standard error.</summary>
internal sealed class AwaitedLocks(Reporter reporter) : IProgress<MigrationEvent>
{
    public void Report(MigrationEvent value)
    {
        if (value is MigrationEvent.LockAwaited awaited)
        {
            reporter.Talk.Line(EventText.Of(awaited));
        }
    }
}
