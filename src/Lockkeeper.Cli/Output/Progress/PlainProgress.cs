using Lockkeeper.Backfill;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Cli.Output.Progress;

/// <summary>Events as lines, for a log: what is done at once is one line, and what takes long says how far it is now and then.</summary>
internal sealed class PlainProgress(Screen screen, TimeProvider time) : ProgressView
{
    // Often enough to see that it lives, seldom enough that an hour is not more than a few hundred lines.
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();

    // Null: the next one is shown at once.
    private long? _lastWait;
    private long? _lastAdvance;

    public override void Begin(string verb, string? migration) => Write(Shown.Line(Heading(verb, migration)));

    public override void Report(MigrationEvent value)
    {
        lock (_gate)
        {
            Take(value);
        }
    }

    private void Take(MigrationEvent value)
    {
        switch (value)
        {
            case MigrationEvent.StageStarted started:
                // Whoever waits is named at once; that nothing is filled yet need not be said.
                (_lastWait, _lastAdvance) = (null, time.GetTimestamp());
                if (started.Stage is not (TransactionStage or VersionStage or DropMadeStage))
                {
                    Write($"  {EventText.Place(started.Number, started.Count)} {Shown.Line(started.Stage.Title)} ...");
                }

                break;
            case MigrationEvent.StageDone done:
                Write($"  {EventText.Place(done.Number, done.Count)} {Shown.Line(done.Stage.Title)}: done in {Amounts.Duration(done.Elapsed)}");
                break;
            case MigrationEvent.StageSkipped skipped:
                Write($"  {EventText.Place(skipped.Number, skipped.Count)} {Shown.Line(skipped.Stage.Title)}: done by an earlier run");
                break;
            case MigrationEvent.LockAwaited awaited:
                WriteSeldom(ref _lastWait, $"      {EventText.Of(awaited)}");
                break;
            case MigrationEvent.BackfillAdvanced { Progress.WaitingFor: { } wait }:
                WriteSeldom(ref _lastWait, $"      {EventText.Of(wait)}");
                break;
            case MigrationEvent.BackfillAdvanced { Progress.Held: { } held }:
                WriteSeldom(ref _lastWait, $"      {EventText.Held(held)}");
                break;
            case MigrationEvent.BackfillAdvanced advanced:
                WriteSeldom(ref _lastAdvance, $"      {EventText.Of(advanced.Progress)}{Details(advanced.Progress)}");
                break;
            case MigrationEvent.Undoing undoing:
                Write($"  undoing, because: {Shown.Line(undoing.Reason.Split('\n')[0])}");
                break;
        }
    }

    private static string Details(BackfillProgress progress)
    {
        var manner = EventText.Manner(progress);
        return (manner.Length > 0 ? $", {manner}" : "") + (progress.Unreadable is { } problems ? $"; {EventText.Unreadable(problems)}" : "");
    }

    private void Write(string markup) => screen.Line(markup);

    private void WriteSeldom(ref long? last, string markup)
    {
        if (last is not { } since || time.GetElapsedTime(since) >= BetweenLines)
        {
            last = time.GetTimestamp();
            screen.Line(markup);
        }
    }
}
