using Lockkeeper.Backfill.State;
using Lockkeeper.Backfill.Steering;

namespace Lockkeeper.Backfill.Execution;

/// <summary>Adds up what the workers of this process do and reports it, one report at a time and not more than ten a second.</summary>
internal sealed class ProgressBoard(IProgress<BackfillProgress>? progress, TimeProvider time)
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(100);

    // About as many seconds: long enough to be read, short enough to show what a change of pace does.
    private const int ReportsForRate = 5;

    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private readonly RemainingTime _remaining = new();
    private Totals? _first;
    private long _blocksTotal;
    private long _blocksDone;
    private long _rows;
    private long? _lastReport;
    private TimeSpan _lastChunk;
    private BackfillWait? _waitingFor;
    private string? _held;
    private string? _unreadable;
    private int _processes = 1;
    private long _mine;
    private long _updated;
    private long _hot;
    private (long Rows, TimeSpan At)[] _recent = [];
    private double? _orderedShare;

    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    /// <summary>Takes over what the state tables say: at the beginning, after a change of the plan, and at the end.</summary>
    public void Set(Totals totals)
    {
        lock (_gate)
        {
            _first ??= totals;
            _blocksTotal = totals.BlocksTotal;
            _blocksDone = totals.BlocksDone;
            _rows = totals.Rows;
            ReportWithGateHeld(always: true);
        }
    }

    /// <summary>In how many passes the last worker that began a group fills it, and why.</summary>
    public BackfillStripes? Stripes { get; private set; }

    /// <summary>The table as a multiple of what it was when it was planned.</summary>
    public double? Growth { get; private set; }

    public void Striped(BackfillStripes stripes)
    {
        lock (_gate)
        {
            Stripes = stripes;
        }
    }

    public void Grown(double? growth)
    {
        lock (_gate)
        {
            Growth = growth;
        }
    }

    /// <summary>Takes over how far the pass in the order of a key is; null when it is over.</summary>
    public void Ordered(double? share)
    {
        lock (_gate)
        {
            _orderedShare = share;
            ReportWithGateHeld(always: share is null);
        }
    }

    public void Filled(long blocks, long rows, TimeSpan elapsed)
    {
        lock (_gate)
        {
            _blocksDone = Math.Min(_blocksDone + blocks, _blocksTotal);
            _rows += rows;
            _mine += rows;
            _lastChunk = elapsed;
            ReportWithGateHeld(always: false);
        }
    }

    /// <returns>Whether that is somebody else than before.</returns>
    public bool WaitsFor(BackfillWait? wait)
    {
        lock (_gate)
        {
            var another = wait?.Backend != _waitingFor?.Backend;
            if (wait != _waitingFor)
            {
                _waitingFor = wait;
                ReportWithGateHeld(always: false);
            }

            return another;
        }
    }

    /// <summary>Which share of the blocks is done.</summary>
    public double Share
    {
        get
        {
            lock (_gate)
            {
                return _blocksTotal > 0 ? _blocksDone / (double)_blocksTotal : 1;
            }
        }
    }

    /// <summary>Counts rows that were updated, and those among them that touched no index.</summary>
    public void Updated(long rows, long hot)
    {
        lock (_gate)
        {
            (_updated, _hot) = (_updated + rows, _hot + hot);
        }
    }

    /// <summary>Takes over what the helm knows.</summary>
    /// <returns>Whether the backfill stands still for another reason than before.</returns>
    public bool Steered(string? held, string? unreadable, int processes)
    {
        lock (_gate)
        {
            var began = held is not null && _held is null;
            if ((held, unreadable, processes) != (_held, _unreadable, _processes))
            {
                (_held, _unreadable, _processes) = (held, unreadable, processes);
                ReportWithGateHeld(always: false);
            }

            return began;
        }
    }

    /// <summary>What this process tells the others. The rate is that of the last few calls.</summary>
    public ProcessReport ToReport()
    {
        lock (_gate)
        {
            var now = Elapsed;
            _recent = [.. _recent.TakeLast(ReportsForRate), (_mine, now)];
            var span = (now - _recent[0].At).TotalSeconds;
            return new ProcessReport(
                _mine, span > 0 ? (_mine - _recent[0].Rows) / span : 0, _lastChunk, _held, _unreadable);
        }
    }

    private void ReportWithGateHeld(bool always)
    {
        var tooSoon = _lastReport is { } last && time.GetElapsedTime(last) < LeastInterval;
        if (progress is null || (tooSoon && !always))
        {
            return;
        }

        _lastReport = time.GetTimestamp();
        progress.Report(NowWithGateHeld());
    }

    private BackfillProgress NowWithGateHeld()
    {
        var elapsed = Elapsed;
        var rows = _rows - (_first?.Rows ?? 0);
        return new BackfillProgress
        {
            BlocksDone = _blocksDone,
            BlocksTotal = _blocksTotal,
            Rows = _rows,
            RowsPerSecond = elapsed > TimeSpan.Zero ? rows / elapsed.TotalSeconds : 0,
            LastChunk = _lastChunk,
            Stripes = Stripes,
            Growth = Growth,
            Elapsed = elapsed,
            Remaining = _blocksTotal == 0 && _orderedShare is null ? null : _remaining.After(elapsed, _orderedShare ?? (_blocksDone / (double)_blocksTotal)),
            OrderedShare = _orderedShare,
            WaitingFor = _waitingFor,
            Held = _held,
            Unreadable = _unreadable,
            Processes = _processes,
            HotShare = _updated > 0 ? _hot / (double)_updated : null,
        };
    }
}
