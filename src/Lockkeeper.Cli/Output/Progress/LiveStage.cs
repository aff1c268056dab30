using Lockkeeper.Backfill;
using Lockkeeper.Migrations;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockkeeper.Cli.Output.Progress;

/// <summary>The stage that is being done: its title, a bar when rows are filled, and whom it waits for.</summary>
/// <param name="unicode">Whether more than ASCII can be shown.</param>
internal sealed class LiveStage(bool unicode)
{
    private const int BarWidth = 24;

    private readonly string[] _spinner = unicode ? ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] : ["-", "\\", "|", "/"];
    private readonly string _tick = unicode ? "✓" : "+";

    private MigrationEvent.StageStarted? _stage;
    private MigrationEvent.LockAwaited? _awaited;
    private BackfillProgress? _backfill;

    /// <summary>Takes an event in; gives the line that it leaves behind for good, if it leaves one.</summary>
    public string? Take(MigrationEvent value)
    {
        switch (value)
        {
            case MigrationEvent.StageStarted started:
                (_stage, _awaited, _backfill) = (started, null, null);
                return null;
            case MigrationEvent.StageDone done:
                var rows = _backfill is { } filled ? $"{Amounts.Rows(filled.Rows)}, {Grown(filled)}" : "";
                Clear();
                return $"  [green]{_tick}[/] {EventText.Place(done.Number, done.Count)} {Shown.Line(done.Stage.Title)} "
                    + $"[dim]{rows}{Amounts.Duration(done.Elapsed)}[/]";
            case MigrationEvent.StageSkipped skipped:
                return $"  [dim]{_tick} {EventText.Place(skipped.Number, skipped.Count)} {Shown.Line(skipped.Stage.Title)} by an earlier run[/]";
            case MigrationEvent.LockAwaited awaited:
                _awaited = awaited;
                return null;
            case MigrationEvent.BackfillAdvanced advanced:
                (_backfill, _awaited) = (advanced.Progress, null);
                return null;
            case MigrationEvent.Undoing undoing:
                Clear();
                return $"  [yellow]undoing, because:[/] {Shown.Line(undoing.Reason.Split('\n')[0])}";
            default:
                return null;
        }
    }

    public void Clear() => (_stage, _awaited, _backfill) = (null, null, null);

    public IRenderable Draw(int frame, int width)
    {
        var lines = new List<IRenderable>();
        if (_stage is { } stage)
        {
            lines.Add(new Markup(
                $"  [blue]{_spinner[frame % _spinner.Length]}[/] {EventText.Place(stage.Number, stage.Count)} {Shown.Line(stage.Stage.Title)}"));
        }

        if (_backfill is { } backfill)
        {
            lines.Add(new Markup($"      {Bar(EventText.ShareOf(backfill), Math.Min(BarWidth, width / 3))} {EventText.Of(backfill)}"));
            AddDetails(lines, backfill);
        }

        if (_awaited is { } awaited)
        {
            lines.Add(new Padder(new Markup($"[yellow]{EventText.Of(awaited)}[/]"), new Padding(6, 0, 0, 0)));
        }
        else if (_backfill?.WaitingFor is { } wait)
        {
            lines.Add(new Padder(new Markup($"[yellow]{EventText.Of(wait)}[/]"), new Padding(6, 0, 0, 0)));
        }

        // Rows of nothing cannot be measured.
        return lines.Count == 0 ? Text.Empty : new Rows(lines);
    }

    private static string Grown(BackfillProgress filled) => filled.Growth is { } growth ? $"table {Amounts.Times(growth)}, " : "";

    private static void AddDetails(List<IRenderable> lines, BackfillProgress backfill)
    {
        if (EventText.Manner(backfill) is { Length: > 0 } manner)
        {
            Add($"[dim]{manner}[/]");
        }

        if (backfill.Held is { } held)
        {
            Add($"[yellow]{EventText.Held(held)}[/]");
        }

        if (backfill.Unreadable is { } unreadable && unreadable != backfill.Held)
        {
            Add($"[dim]{EventText.Unreadable(unreadable)}[/]");
        }

        void Add(string markup) => lines.Add(new Padder(new Markup(markup), new Padding(6, 0, 0, 0)));
    }

    private string Bar(double share, int width)
    {
        var full = (int)(share * width);
        var (done, left) = unicode ? ('━', '─') : ('#', '-');
        return $"[green]{new string(done, full)}[/][dim]{new string(left, width - full)}[/]";
    }
}
