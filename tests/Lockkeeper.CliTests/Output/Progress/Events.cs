using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.CliTests.Output.Progress;

/// <summary>What a migrator reports while it starts a migration.</summary>
internal static class Events
{
    private static readonly Stage Extend = new TransactionStage("extend table orders", []);

    private static readonly Stage Fill = new BackfillStage("fill the rows of orders", new BackfillJob
    {
        Name = "job",
        Table = new TableName(new Identifier("public"), new Identifier("orders")),
        Marker = new Identifier("m"),
        Assignments = [],
    });

    private static readonly BackfillWait Wait = new(
        new TableName(new Identifier("public"), new Identifier("orders")), 4712, "", "idle in transaction", TimeSpan.FromSeconds(90));

    public static ImmutableArray<MigrationEvent> OfAStart { get; } =
    [
        new MigrationEvent.StageSkipped(1, 4, Extend),
        new MigrationEvent.StageStarted(2, 4, Extend),
        new MigrationEvent.LockAwaited(
            [new LockHolder(4711, "report [nightly]", "ada", "active", TimeSpan.FromSeconds(80), "SELECT *\nFROM orders\u001b[2J")],
            3,
            TimeSpan.FromSeconds(2)),
        new MigrationEvent.StageDone(2, 4, Extend, TimeSpan.FromMilliseconds(12)),
        new MigrationEvent.StageStarted(3, 4, Fill),
        new MigrationEvent.BackfillAdvanced(Progress(0, 0, null)),
        new MigrationEvent.BackfillAdvanced(Progress(45, 90_000, null)),
        new MigrationEvent.BackfillAdvanced(Progress(46, 92_000, Wait)),
        new MigrationEvent.BackfillAdvanced(Progress(47, 94_000, null) with
        {
            Held = "replica-lag: replica [a] is 12s behind (limit 10s)",
            Unreadable = "active-sessions: the role may not see what other sessions do",
            Processes = 3,
            HotShare = 0.724,
            Growth = 1.2345,
            Stripes = new BackfillStripes(8, "2 indexes, 55 rows to a page"),
        }),
        new MigrationEvent.StageDone(3, 4, Fill, TimeSpan.FromSeconds(4.1)),
        new MigrationEvent.LockAwaited([], 0, TimeSpan.FromMilliseconds(40)),
        new MigrationEvent.Undoing("The server refused [it]."),
    ];

    private static BackfillProgress Progress(long blocks, long rows, BackfillWait? wait) => new()
    {
        BlocksDone = blocks,
        BlocksTotal = 100,
        Rows = rows,
        RowsPerSecond = 48_112.4,
        LastChunk = TimeSpan.FromMilliseconds(120),
        Elapsed = TimeSpan.FromSeconds(2),
        Remaining = rows == 0 ? null : TimeSpan.FromSeconds(2.4),
        WaitingFor = wait,
    };
}
