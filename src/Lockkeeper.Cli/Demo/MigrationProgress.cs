using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Demo;

/// <summary>Passes the migration's events on as the demo's, at once and in order.</summary>
internal sealed class MigrationProgress(IProgress<DemoEvent> progress) : IProgress<MigrationEvent>
{
    public void Report(MigrationEvent value) => progress.Report(new DemoEvent.Migrating(value));
}
