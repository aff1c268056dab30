using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Cli.Output.Progress;

/// <summary>Events as lines, for a log: what is done at once is one line, and what takes long says how far it is now and then.</summary>
internal sealed class PlainProgress(Screen screen, TimeProvider time) : ProgressView
{
    // Often enough to see that it lives, seldom enough that an hour is not more than a few hundred lines.
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private long? _lastLine;

    public override void Begin(string verb, string? migration) => Write($"{Shown.Line(Heading(verb, migration))}");

    public override void Report(MigrationEvent value)
    {
        switch (value)
        {
            case MigrationEvent.StageStarted { Stage: not (TransactionStage or VersionStage) } started:
                Write($"  {EventText.Place(started.Number, started.Count)} {Shown.Line(started.Stage.Title)} ...");
                break;
            case MigrationEvent.StageDone done:
                Write($"  {EventText.Place(done.Number, done.Count)} {Shown.Line(done.Stage.Title)}: done in {Amounts.Duration(done.Elapsed)}");
                break;
            case MigrationEvent.StageSkipped skipped:
                Write($"  {EventText.Place(skipped.Number, skipped.Count)} {Shown.Line(skipped.Stage.Title)}: done by an earlier run");
                break;
            case MigrationEvent.LockAwaited awaited:
                WriteSeldom($"      {EventText.Of(awaited)}");
                break;
            case MigrationEvent.BackfillAdvanced { Progress: var progress }:
                WriteSeldom($"      {EventText.Of(progress)}"
                    + (progress.WaitingFor is { } wait ? $"; {EventText.Of(wait)}" : ""));
                break;
            case MigrationEvent.Undoing undoing:
                Write($"  undoing, because: {Shown.Line(undoing.Reason)}");
                break;
        }
    }

    private void Write(string markup)
    {
        lock (_gate)
        {
            _lastLine = time.GetTimestamp();
            screen.Line(markup);
        }
    }

    private void WriteSeldom(string markup)
    {
        lock (_gate)
        {
            if (_lastLine is not { } last || time.GetElapsedTime(last) >= BetweenLines)
            {
                _lastLine = time.GetTimestamp();
                screen.Line(markup);
            }
        }
    }
}
