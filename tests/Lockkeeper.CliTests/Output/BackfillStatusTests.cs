using Lockkeeper.Backfill;
using Lockkeeper.Backfill.Steering;
using Lockkeeper.Cli.Output;

namespace Lockkeeper.CliTests.Output;

public sealed class BackfillStatusTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly BackfillWorker Fills =
        new("db-1", 4711, 2, TimeSpan.FromSeconds(0.4), 90_000, 48_112.4, TimeSpan.FromMilliseconds(118), null, null);

    private static readonly BackfillStatus Running = new()
    {
        Name = "public_02/orders",
        Table = "\"public\".\"orders\"",
        Command = BackfillCommand.Run,
        CommandBy = null,
        CommandAt = null,
        StartedAt = Noon,
        FinishedAt = null,
        BlocksDone = 45,
        BlocksTotal = 100,
        Rows = 180_000,
        IsPlain = false,
        TargetChunk = TimeSpan.FromMilliseconds(50),
        RowsPerSecondCeiling = 100_000,
        Throttles = ["replica-lag=10s"],
        Workers =
        [
            Fills,
            Fills with { Host = "app [2]", Held = "replica-lag: replica a is 12s behind (limit 10s)", Unreadable = "sql: no rights", RowsPerSecond = 0 },
            Fills with { Host = "gone", Silence = TimeSpan.FromSeconds(20) },
        ],
    };

    [Fact]
    public void A_status_names_each_process_and_why_it_stands_still() => Assert.Equal(
        """
        backfill  public_02/orders
        table     "public"."orders"
        state     running
        done      45 %, 180,000 rows, 48,112 rows/s
        pace      chunks of 50 ms, at most 100,000 rows/s, replica-lag=10s
        worker    db-1, process 4711: 2 sessions, 90,000 rows, 48,112 rows/s, chunks of 118 ms
        worker    app [2], process 4711: 2 sessions, 90,000 rows, 0 rows/s, chunks of 118 ms
                  stands still: replica-lag: replica a is 12s behind (limit 10s)
                  cannot be read: sql: no rights
        worker    gone, process 4711: not heard of for 20.0 s

        """,
        Written(Running));

    [Fact]
    public void The_state_is_one_word()
    {
        Assert.Equal("running", BackfillStatusView.StateOf(Running));
        Assert.Equal("held", BackfillStatusView.StateOf(Running with { Workers = [Fills with { Held = "x" }] }));
        Assert.Equal("interrupted", BackfillStatusView.StateOf(Running with { Workers = [] }));
        Assert.Equal("interrupted", BackfillStatusView.StateOf(Running with { Workers = [Fills with { Silence = TimeSpan.FromMinutes(1) }] }));
        Assert.Equal("paused", BackfillStatusView.StateOf(Running with { Command = BackfillCommand.Pause }));
        Assert.Equal("cancelled", BackfillStatusView.StateOf(Running with { Command = BackfillCommand.Cancel }));
        Assert.Equal("finished", BackfillStatusView.StateOf(Running with { Command = BackfillCommand.Pause, FinishedAt = Noon }));
    }

    [Fact]
    public void Without_backfills_it_says_so()
    {
        var terminal = TestTerminal.Piped();
        BackfillStatusView.Write(terminal.Reporter().Data, []);

        Assert.Equal("No backfill is known.\n", terminal.Out);
    }

    private static string Written(BackfillStatus status)
    {
        var terminal = TestTerminal.Piped();
        BackfillStatusView.Write(terminal.Reporter().Data, [status]);
        return terminal.Out;
    }
}
