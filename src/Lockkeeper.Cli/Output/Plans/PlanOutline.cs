using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Cli.Output.Plans;

/// <summary>A plan in words: every statement, its lock, what that lock blocks, and what happens to the rows.</summary>
internal static class PlanOutline
{
    public static ImmutableArray<Outline> Of(MigrationPlan plan) =>
    [
        Part("START", "while the old version serves; afterwards both do", plan.Start),
        Part("COMPLETE", "once nobody uses the old version; cannot be undone", plan.Complete),
        Part("ROLLBACK", "instead of completing; undoes the start, whole or half done", plan.Rollback),
        PlanSummary.Of(plan),
    ];

    private static Outline Part(string name, string meaning, ImmutableArray<Stage> stages) =>
        new($"[bold]{name}[/]  [dim]{meaning}[/]")
        {
            Details = stages.IsEmpty ? ["[dim]nothing to run[/]"] : [],
            Parts = [.. stages.Select((stage, i) => Of(stage, i + 1))],
        };

    private static Outline Of(Stage stage, int number)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"[bold]{number}. {Shown.Line(stage.Title)}[/]");
        return stage switch
        {
            TransactionStage transaction => new Outline($"{title}  [dim]one short transaction[/]")
            {
                Details = [.. transaction.Locks.Select(Of)],
                Parts = [.. transaction.Steps.Select(Of)],
            },
            StatementStage statement => new Outline($"{title}  [dim]on its own, outside a transaction[/]") { Parts = [Of(statement.Step)] },
            BackfillStage backfill => new Outline($"{title}  [dim]in many short transactions, then checked[/]")
            {
                Details = [.. backfill.Job.Assignments.Select(a => $"{Shown.Line(a.Column.ToString())} = [blue]{Shown.Block(a.Expression)}[/]")],
            },
            UserSqlStage user => new Outline($"{title}  [dim]{(user.IsRehearsed ? "in one transaction; it was tried, and undone" : "its locks are not known")}[/]")
            {
                Details = [Sql(user.Sql), .. user.Locks.Select(Of)],
            },
            DropMadeStage => new Outline($"{title}  [dim]what was made is known once it has run; what others use stays[/]"),
            VersionStage version => new Outline($"{title}  [dim]views of the tables as they then are[/]")
            {
                Details = [$"schema {Shown.Line(version.VersionSchema.ToString())}"],
            },
            _ => new Outline(title),
        };
    }

    private static Outline Of(Step step) => new(Shown.Line(step.Purpose)) { Details = [Sql(step.Sql), .. LocksAndEffect(step)] };

    // The last line says what happens to the rows under the locks.
    private static IEnumerable<string> LocksAndEffect(Step step) => step.Locks.IsEmpty
        ? [$"[dim]locks nothing that exists;[/] {Of(step.Effect)}"]
        : step.Locks.Select((held, i) => i < step.Locks.Length - 1 ? $"{Of(held)};" : $"{Of(held)}; {Of(step.Effect)}");

    /// <summary>A text in the colour of a lock: red where it stops readers, yellow where it stops writers.</summary>
    internal static string Painted(LockMode mode, string text) =>
        $"[{(mode >= LockMode.AccessExclusive ? "red" : mode >= LockMode.Share ? "yellow" : "green")}]{text}[/]";

    private static string Of(TableLock held) =>
        $"{Painted(held.Mode, held.Mode.ToString())} on {Shown.Line(held.Table.ToString())} [dim]blocks[/] {held.Mode.Describe()}";

    private static string Of(StepEffect effect) => effect switch
    {
        StepEffect.Samples => "[dim]reads a sample of the rows[/]",
        StepEffect.Scans => "[yellow]reads every row[/]",
        StepEffect.Rewrites => "[red]writes every row and every index again[/]",
        _ => "[dim]changes the catalog only[/]",
    };

    private static string Sql(string sql) => $"[blue]{Shown.Block(sql.Trim())}[/]";
}
