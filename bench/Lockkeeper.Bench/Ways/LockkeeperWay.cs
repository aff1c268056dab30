using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.Bench.Ways;

/// <summary>Lockkeeper, as anybody uses it: a migration is started, and the stage that fills the rows, its verification included, is timed.</summary>
internal sealed class LockkeeperWay : Way
{
    public const string FileName = "02_loud.yaml";

    public const string File = """
        operations:
          - add_column:
              table: users
              up: upper(name)
              column:
                name: loud
                type: text
                nullable: true
        """;

    public override string Name => "Lockkeeper";

    public override string Column => "_lockkeeper_new_loud";

    public override Task PrepareAsync(NpgsqlDataSource source, CancellationToken cancellationToken) =>
        MigratorOf(source).InitializeAsync(cancellationToken);

    public override async Task<TimeSpan> FillAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var clock = new FillClock();
        await MigratorOf(source).StartAsync(Migration.Parse(File, FileName), clock, cancellationToken);
        return clock.Elapsed;
    }

    private static Migrator MigratorOf(NpgsqlDataSource source) =>
        new(source, new MigratorOptions(), TimeProvider.System, NullLoggerFactory.Instance);

    private sealed class FillClock : IProgress<MigrationEvent>
    {
        public TimeSpan Elapsed { get; private set; }

        public void Report(MigrationEvent value)
        {
            if (value is MigrationEvent.StageDone { Stage: BackfillStage } done)
            {
                Elapsed = done.Elapsed;
            }
        }
    }
}
