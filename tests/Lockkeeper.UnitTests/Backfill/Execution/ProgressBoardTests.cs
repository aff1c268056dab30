using Lockkeeper.Backfill;
using Lockkeeper.Backfill.Execution;
using Lockkeeper.Backfill.State;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.UnitTests.Backfill.Execution;

public sealed class ProgressBoardTests
{
    private readonly Clock _clock = new();
    private readonly Reports _reports = new();

    [Fact]
    public void The_remaining_time_follows_from_what_this_run_did()
    {
        var board = new ProgressBoard(_reports, _clock);
        board.Set(TotalsOf(blocks: 1000, done: 400, rows: 4000));

        _clock.Advance(TimeSpan.FromSeconds(10));
        board.Filled(200, 1000, TimeSpan.FromMilliseconds(50));

        var last = _reports.All[^1];
        Assert.Equal(600, last.BlocksDone);
        Assert.Equal(5000, last.Rows);
        Assert.Equal(100, last.RowsPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(20), last.Remaining);
    }

    [Fact]
    public void Reports_come_no_more_than_ten_times_a_second()
    {
        var board = new ProgressBoard(_reports, _clock);
        board.Set(TotalsOf(blocks: 1000, done: 0, rows: 0));

        for (var i = 0; i < 100; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            board.Filled(1, 1, TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(_reports.All.Count, 10, 11);
    }

    [Fact]
    public void It_says_whom_it_waits_for_and_when_it_no_longer_does()
    {
        var board = new ProgressBoard(_reports, _clock);
        var wait = new BackfillWait(
            new TableName(new Identifier("public"), new Identifier("t")), 7, "psql", "idle in transaction", TimeSpan.FromMinutes(5));

        _clock.Advance(TimeSpan.FromSeconds(1));
        board.WaitsFor(wait);
        _clock.Advance(TimeSpan.FromSeconds(1));
        board.WaitsFor(null);

        Assert.Equal([wait, null], _reports.All.Select(r => r.WaitingFor));
    }

    private static Totals TotalsOf(long blocks, long done, long rows) => new(blocks, done, rows, 0, 0, 0, 0, 0, 1);

    private sealed class Reports : IProgress<BackfillProgress>
    {
        public List<BackfillProgress> All { get; } = [];

        public void Report(BackfillProgress value) => All.Add(value);
    }

    private sealed class Clock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
