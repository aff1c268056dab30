using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Cli.Output.Progress;

/// <summary>Events as JSON, one on each line of standard output.</summary>
internal sealed class JsonProgress(Reporter reporter) : ProgressView
{
    public override void Begin(string verb, string? migration) =>
        reporter.WriteLine(new MigrationEventOutput("verbStarted", verb, migration), json => json.MigrationEventOutput);

    public override void Report(MigrationEvent value)
    {
        switch (value)
        {
            case MigrationEvent.StageStarted started:
                Write("stageStarted", started.Number, started.Count, started.Stage, null);
                break;
            case MigrationEvent.StageDone done:
                Write("stageDone", done.Number, done.Count, done.Stage, done.Elapsed);
                break;
            case MigrationEvent.StageSkipped skipped:
                Write("stageSkipped", skipped.Number, skipped.Count, skipped.Stage, null);
                break;
            case MigrationEvent.LockAwaited awaited:
                reporter.WriteLine(LockEvent.Of(awaited), json => json.LockEvent);
                break;
            case MigrationEvent.BackfillAdvanced advanced:
                reporter.WriteLine(BackfillEvent.Of(advanced.Progress), json => json.BackfillEvent);
                break;
            case MigrationEvent.Undoing undoing:
                reporter.WriteLine(new UndoingEvent("undoing", undoing.Reason), json => json.UndoingEvent);
                break;
        }
    }

    private void Write(string name, int number, int count, Stage stage, TimeSpan? elapsed) => reporter.WriteLine(
        new StageEvent(name, number, count, Names.Of(stage), stage.Title, elapsed?.TotalMilliseconds), json => json.StageEvent);
}
