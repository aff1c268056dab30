using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Cli.Output.Plans;

/// <summary>A plan in a few lines: for each table the longest that others wait, and what happens to its rows.</summary>
internal static class PlanSummary
{
    // The views of a version are as many as the tables; all of them go the same way.
    private const int NamesShown = 3;

    public static Outline Of(MigrationPlan plan) =>
        new("[bold]IN SHORT[/]  [dim]what others notice; a lock that is not had within the lock timeout is given up and asked for again[/]")
        {
            Parts = [Part("start", plan.Start), Part("complete", plan.Complete), Part("rollback", plan.Rollback)],
        };

    private static Outline Part(string name, ImmutableArray<Stage> stages)
    {
        ImmutableArray<string> details =
        [
            .. stages.SelectMany(Notices)
                .GroupBy(notice => notice.Table)
                .GroupBy(table => string.Join("; ", Clauses([.. table])), table => table.Key)
                .Where(tables => tables.Key.Length > 0)
                .Select(tables => $"{Names([.. tables])}  {tables.Key}"),
            .. stages.Where(stage => stage is UserSqlStage { IsRehearsed: false } or DropMadeStage)
                .Select(stage => $"{Shown.Line(stage.Title)}  [yellow]its locks are not known[/]"),
        ];
        return new Outline($"[bold]{name}[/]") { Details = details.IsEmpty ? ["[dim]nothing[/]"] : details };
    }

    private static IEnumerable<Notice> Notices(Stage stage) => stage switch
    {
        // What is read under a lock is read under all locks of its transaction.
        TransactionStage transaction => transaction.Locks.Select(held => new Notice(held.Table, held.Mode, transaction.Steps
            .Where(step => step.Locks.Any(other => other.Table == held.Table))
            .Max(step => step.Effect))),
        StatementStage statement => statement.Step.Locks.Select(held => new Notice(held.Table, held.Mode, statement.Step.Effect)),
        BackfillStage backfill => [new Notice(backfill.Job.Table, LockMode.RowExclusive, null)],
        UserSqlStage user => user.Locks.Select(held => new Notice(held.Table, held.Mode, StepEffect.CatalogOnly) { IsUsers = true }),
        _ => [],
    };

    private static IEnumerable<string> Clauses(ImmutableArray<Notice> notices)
    {
        if (Strongest(notices.Where(notice => notice.Effect is StepEffect.CatalogOnly && !notice.IsUsers)) is { } moment)
        {
            yield return $"{Waiting(moment)} for a moment";
        }

        if (Strongest(notices.Where(notice => notice.IsUsers)) is { } users)
        {
            yield return $"{Waiting(users)} for as long as your SQL takes";
        }

        if (notices.Any(notice => notice.Effect is null))
        {
            yield return "the rows are filled in short transactions";
        }

        if (Strongest(notices.Where(notice => notice.Effect is StepEffect.Scans)) is { } scanned)
        {
            yield return $"every row is read while {Waiting(scanned)}";
        }

        if (Strongest(notices.Where(notice => notice.Effect is StepEffect.Rewrites)) is { } rewritten)
        {
            yield return $"every row is written again while {Waiting(rewritten)}";
        }
    }

    // Weaker locks stop no statement that reads or writes rows, nor a schema change for longer than a moment.
    private static LockMode? Strongest(IEnumerable<Notice> notices) => notices
        .Select(notice => (LockMode?)notice.Mode)
        .Where(mode => mode >= LockMode.ShareUpdateExclusive)
        .Max();

    private static string Waiting(LockMode mode) => PlanOutline.Painted(mode, $"{mode.Describe()} wait");

    private static string Names(ImmutableArray<TableName> tables)
    {
        var shown = string.Join(", ", tables.Take(NamesShown).Select(table => Shown.Line(table.ToString())));
        return tables.Length <= NamesShown ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown} and {tables.Length - NamesShown} more");
    }

    // Without an effect: rows that are filled.
    private sealed record Notice(TableName Table, LockMode Mode, StepEffect? Effect)
    {
        public bool IsUsers { get; init; }
    }
}
