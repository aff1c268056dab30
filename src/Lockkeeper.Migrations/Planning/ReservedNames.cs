using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The names of what a migration keeps in a table while it is under way. None of them outlives it.</summary>
internal static class ReservedNames
{
    private const string NewPrefix = "_lockkeeper_new";

    // A row holds no more columns than that (manual, appendix K).
    private const int MostChanges = 1600;

    /// <summary>The column that says which rows are still to be filled.</summary>
    public static Identifier Marker { get; } = new("_lockkeeper_pending");

    /// <summary>
    /// The trigger for writes of the new version. Row triggers fire in the order of their names (manual, 39.1): this one comes before
    /// users' own, which then see the old columns as the client meant them.
    /// </summary>
    public static Identifier DownTrigger { get; } = new("0_lockkeeper_down");

    /// <summary>The trigger for writes of the old version. It comes after users' own, and so carries over what they made of the row.</summary>
    public static Identifier UpTrigger { get; } = new("~lockkeeper_up");

    /// <summary>Where the triggers' functions live: outside users' schemas.</summary>
    public static Identifier StateSchema { get; } = new("lockkeeper");

    /// <summary>Whether a name is one that only Lockkeeper gives.</summary>
    public static bool IsOurs(Identifier name) => name.Value.StartsWith("_lockkeeper", StringComparison.Ordinal);

    /// <summary>Whether a column is one that this migration adds to a table in use; its indexes are built after the backfill.</summary>
    public static bool IsNew(ColumnSnapshot column) =>
        column.StoredAs != column.Name && column.StoredAs.Value.StartsWith(NewPrefix, StringComparison.Ordinal);

    /// <summary>A column that will have the given name once the migration is completed.</summary>
    public static Identifier NewColumn(TableSnapshot table, Identifier column)
    {
        // A column that was changed before in this migration is still there under the names that came before its present one.
        var taken = table.Columns.Select(c => c.StoredAs).ToHashSet();
        var present = table.Find(column)?.StoredAs;
        var from = Enumerable.Range(1, MostChanges).FirstOrDefault(i => NumberedColumn(column, i) == present);
        return Enumerable.Range(from + 1, MostChanges).Select(i => NumberedColumn(column, i)).First(name => !taken.Contains(name));
    }

    private static Identifier NumberedColumn(Identifier column, int number) => number == 1
        ? DerivedName.Of(NewPrefix, column.Value)
        : DerivedName.Of(NewPrefix, column.Value, number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The check that stands for NOT NULL until completion.</summary>
    public static Identifier NotNullCheck(Identifier storedColumn) => DerivedName.Of("_lockkeeper_not_null", storedColumn.Value);

    /// <summary>A constraint or index of a new column that will have the given name once the migration is completed.</summary>
    public static Identifier CopyOf(Identifier storedColumn, Identifier name) => DerivedName.Of("_lockkeeper_copy", name.Value, storedColumn.Value);

    /// <summary>What will have the given name when that which has it now is gone.</summary>
    public static Identifier NextOf(Identifier name) => DerivedName.Of("_lockkeeper_next", name.Value);

    /// <summary>An index that has left its name to another and is dropped after the swap.</summary>
    public static Identifier AsideOf(Identifier name) => DerivedName.Of("_lockkeeper_aside", name.Value);

    /// <summary>The old column in the moment of the swap when the copy has its name already.</summary>
    public static Identifier OldColumn(Identifier column) => DerivedName.Of("_lockkeeper_old", column.Value);

    /// <summary>A foreign key that points at a copy, and will have the given name once the migration is completed.</summary>
    public static Identifier TwinOf(Identifier storedColumn, Identifier name) => DerivedName.Of("_lockkeeper_twin", name.Value, storedColumn.Value);

    /// <summary>The function of a table's trigger.</summary>
    public static TableName TriggerFunction(SyncDirection direction, Identifier versionSchema, Identifier table) => new(
        StateSchema,
        DerivedName.Of(direction == SyncDirection.Up ? "up" : "down", versionSchema.Value, table.Value));

    /// <summary>The job of a table's backfill.</summary>
    public static string BackfillJob(Identifier versionSchema, Identifier table) => $"{versionSchema.Value}/{table.Value}";
}
