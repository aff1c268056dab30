using System.Collections.Immutable;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Versions;

/// <summary>The triggers that keep a table's old and new columns in step, and the marker that says which rows were never filled.</summary>
internal static class SyncTriggers
{
    private const string Update = "UPDATE";

    // Only the backfill clears a mark itself, and it computes the columns itself. To know its rows by that, and not by a setting that both directions'
    // triggers would look up for each, took the processor time of 500,000 rows from 3.9 s to 3.6 s. The test of the version says the same once more.
    private static readonly string NotByTheBackfill =
        $"(OLD.{ReservedNames.Marker} AND NEW.{ReservedNames.Marker} IS NOT TRUE) IS NOT TRUE AND\n";

    /// <summary>The statements that put them there, for the transaction that adds the columns.</summary>
    public static ImmutableArray<Step> Create(TableChange change, MigrationFacts facts, string version)
    {
        var steps = ImmutableArray.CreateBuilder<Step>();
        if (NeedsBackfill(change))
        {
            // A constant default: no row is written. Its change makes new rows be born without the mark.
            steps.Add(Ddl.AddColumn(change.Table, ReservedNames.Marker, "boolean DEFAULT true", "marks the rows that are there now"));
            steps.Add(Ddl.SetDefault(change.Table, ReservedNames.Marker, "false", "rows that come later are not marked"));
        }

        foreach (var direction in Directions(change))
        {
            AddTrigger(steps, change, direction, facts, version);
        }

        return steps.ToImmutable();
    }

    /// <summary>The statements that take them away, for the transaction that completes.</summary>
    public static IEnumerable<Step> Drop(TableChange change, MigrationFacts facts)
    {
        foreach (var direction in Directions(change))
        {
            foreach (var (trigger, _) in Triggers(change, direction))
            {
                yield return DropTrigger(change.Table, trigger);
            }

            yield return DropFunction(FunctionOf(direction, change, facts));
        }

        if (NeedsBackfill(change))
        {
            yield return Ddl.DropColumn(change.Table, ReservedNames.Marker, [], "every row has been filled");
        }
    }

    /// <summary>Whether rows that are there now get a value.</summary>
    public static bool NeedsBackfill(TableChange change) => change.Syncs.Any(sync => sync.Direction == SyncDirection.Up);

    // Both directions clear the mark, so where there is one there are both triggers: a value that the new version wrote is never filled over.
    private static IEnumerable<SyncDirection> Directions(TableChange change) =>
        NeedsBackfill(change) ? [SyncDirection.Down, SyncDirection.Up]
        : change.Syncs.IsEmpty ? []
        : [SyncDirection.Down];

    private static void AddTrigger(
        ImmutableArray<Step>.Builder steps, TableChange change, SyncDirection direction, MigrationFacts facts, string version)
    {
        var function = FunctionOf(direction, change, facts);
        var test = direction == SyncDirection.Up
            ? VersionTest.IsOld(facts.VersionSchema, version)
            : VersionTest.IsNew(facts.VersionSchema, version);
        var whose = direction == SyncDirection.Up ? "old" : "new";

        steps.Add(new Step(
            SyncFunction.Create(function, change, direction, NeedsBackfill(change)), [], $"carries over what the {whose} version writes")
        {
            Undo = DropFunction(function),
        });
        foreach (var (trigger, events) in Triggers(change, direction))
        {
            steps.Add(new Step(
                $"CREATE TRIGGER {trigger} BEFORE {events} ON {change.Table} FOR EACH ROW\nWHEN ({(events == Update ? NotByTheBackfill : "")}{test})\nEXECUTE FUNCTION {function}()",
                CommandLocks.CreateTrigger.On(change.Table),
                $"called for writes of the {whose} version only")
            {
                Undo = DropTrigger(change.Table, trigger),
            });
            steps.Add(new Step(
                $"ALTER TABLE {change.Table} ENABLE ALWAYS TRIGGER {trigger}",
                CommandLocks.EnableTrigger.On(change.Table),
                "also for rows that logical replication applies"));
        }
    }

    // Two where there is a marker: a condition of an INSERT trigger may not name OLD.
    private static ImmutableArray<(Identifier Name, string Events)> Triggers(TableChange change, SyncDirection direction)
    {
        var name = NameOf(direction);
        return NeedsBackfill(change)
            ? [(name, "INSERT"), (new Identifier($"{name.Value}_update"), Update)]
            : [(name, $"INSERT OR {Update}")];
    }

    private static Step DropTrigger(TableName table, Identifier trigger) => new(
        $"DROP TRIGGER IF EXISTS {trigger} ON {table}", CommandLocks.DropTrigger.On(table), "the versions are kept in step no longer");

    private static Step DropFunction(TableName function) => new($"DROP FUNCTION IF EXISTS {function}()", [], "the trigger's function");

    private static Identifier NameOf(SyncDirection direction) =>
        direction == SyncDirection.Up ? ReservedNames.UpTrigger : ReservedNames.DownTrigger;

    private static TableName FunctionOf(SyncDirection direction, TableChange change, MigrationFacts facts) =>
        ReservedNames.TriggerFunction(direction, facts.VersionSchema, change.Table.Name);
}
