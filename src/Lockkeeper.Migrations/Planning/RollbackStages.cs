using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>
/// What starting did, undone in reverse: all in one transaction, but for what the user's SQL did before the tables were extended, which its
/// "down" undoes, or dropping what it made, when everything that came after it is gone. Every statement of ours may be run when there is nothing to undo.
/// </summary>
internal static class RollbackStages
{
    public static ImmutableArray<Stage> Of(SchemaSnapshot after, ImmutableArray<Stage> start, MigrationFacts facts)
    {
        var stages = ImmutableArray.CreateBuilder<Stage>();
        var undo = ImmutableArray.CreateBuilder<Step>();
        if (start.Any(stage => stage is VersionStage))
        {
            undo.Add(DropShown(after, facts));
        }

        var indexes = ImmutableArray.CreateBuilder<Step>();
        for (var i = start.Length - 1; i >= 0; i--)
        {
            if (start[i] is UserSqlStage sql)
            {
                Flush(stages, undo, indexes);
                stages.Add(sql.Down is { } down
                    ? new UserSqlStage("run the user's SQL that undoes the first", down) { Undoes = i + 1 }
                    : new DropMadeStage("drop what the user's SQL made", i + 1));
            }

            foreach (var step in UndoableSteps(start[i]).Reverse().Select(step => step.Undo).OfType<Step>())
            {
                (step.DropsIndex is null ? undo : indexes).Add(step);
            }
        }

        Flush(stages, undo, indexes);
        return stages.ToImmutable();
    }

    // Indexes of columns that were there before come last; those of new columns have gone with them.
    private static void Flush(
        ImmutableArray<Stage>.Builder stages, ImmutableArray<Step>.Builder undo, ImmutableArray<Step>.Builder indexes)
    {
        if (undo.Count > 0)
        {
            stages.Add(new TransactionStage("undo", undo.ToImmutable()));
        }

        stages.AddRange(indexes.Select(step => new StatementStage(step.Purpose, step)));
        undo.Clear();
        indexes.Clear();
    }

    // The user's SQL decides which views there are; those of the tables that are there now are told. What a user has made over them stays, and
    // makes the statement fail: CASCADE would drop it without a word.
    private static Step DropShown(SchemaSnapshot after, MigrationFacts facts)
    {
        ImmutableArray<TableLock> views =
            [.. after.Tables.Values.SelectMany(t => CommandLocks.DropView.On(new TableName(facts.VersionSchema, t.Name)))];
        return new Step(DropOf(facts.VersionSchema), views, "take back the new version's schema");
    }

    /// <summary>The statement that drops a version's schema with the views in it, whichever they are.</summary>
    public static string DropOf(Identifier version) => DoBlock.Of(
        $"""
        DECLARE
            shown text;
        BEGIN
            FOR shown IN SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                         WHERE n.nspname = {new Literal(version.Value)} AND c.relkind = 'v' LOOP
                EXECUTE 'DROP VIEW ' || shown;
            END LOOP;
            DROP SCHEMA IF EXISTS {version};
        END
        """);

    private static ImmutableArray<Step> UndoableSteps(Stage stage) => stage switch
    {
        TransactionStage transaction => transaction.Steps,
        StatementStage statement => [statement.Step],
        _ => [],
    };
}
