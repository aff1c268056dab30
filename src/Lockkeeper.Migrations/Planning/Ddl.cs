using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The statements that operations are made of, each with the locks that it takes (measured, and checked by a test on every version).</summary>
/// <remarks>What a command takes is written down once, in <see cref="CommandLocks"/>.</remarks>
internal static class Ddl
{
    private const int FirstThatLocksForGrant = 18;

    public static Step AddColumn(TableName table, Identifier column, string definition, string purpose) =>
        new($"ALTER TABLE {table} ADD COLUMN {column} {definition}", CommandLocks.AddColumn.On(table), purpose)
        {
            Undo = new Step(
                $"ALTER TABLE IF EXISTS {table} DROP COLUMN IF EXISTS {column}", CommandLocks.DropColumn.On(table), $"take back column {column}"),
        };

    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="constraints">The table's constraints: dropping a foreign key with its column locks the referenced table too.</param>
    /// <param name="purpose">Why.</param>
    public static Step DropColumn(
        TableName table, Identifier column, IEnumerable<ConstraintSnapshot> constraints, string purpose) =>
        new($"ALTER TABLE {table} DROP COLUMN {column}", [.. CommandLocks.DropColumn.On(table), .. Parents(constraints, CommandLocks.DropForeignKey)], purpose);

    public static Step RenameColumn(TableName table, Identifier from, Identifier to, string purpose) =>
        new($"ALTER TABLE {table} RENAME COLUMN {from} TO {to}", CommandLocks.Rename.On(table), purpose);

    public static Step SetDefault(TableName table, Identifier column, string? expression, string purpose) =>
        new(
            $"ALTER TABLE {table} ALTER COLUMN {column} {(expression is null ? "DROP DEFAULT" : $"SET DEFAULT {expression}")}",
            CommandLocks.SetDefault.On(table),
            purpose);

    public static Step SetNotNull(TableName table, Identifier column) =>
        new($"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL", CommandLocks.SetNotNull.On(table), "no scan: the validated check proves it");

    /// <summary>From PostgreSQL 18 on.</summary>
    public static Step AddNotNull(TableName table, Identifier column, NamedNotNull constraint) => new(
        $"ALTER TABLE {table} ADD CONSTRAINT {constraint.Name} NOT NULL {column}{(constraint.NoInherit ? " NO INHERIT" : "")}",
        CommandLocks.SetNotNull.On(table),
        "no scan: the validated check proves it");

    public static Step CommentOnColumn(TableName table, Identifier column, string? comment) => new(
        $"COMMENT ON COLUMN {table}.{column} IS {(comment is null ? "NULL" : new Literal(comment))}",
        CommandLocks.CommentOnColumn.On(table),
        "the column's comment");

    /// <summary>What a column keeps besides its values: how they are stored, how finely they are looked at, and who may use them.</summary>
    /// <param name="table">The table.</param>
    /// <param name="storedAs">The column that is to have it.</param>
    /// <param name="column">What it is to have.</param>
    /// <param name="majorVersion">The server's.</param>
    public static IEnumerable<Step> Attributes(TableName table, Identifier storedAs, ColumnSnapshot column, int majorVersion)
    {
        var alter = $"ALTER TABLE {table} ALTER COLUMN {storedAs}";
        if (column.Storage is not null)
        {
            yield return new Step($"{alter} SET STORAGE {column.Storage}", CommandLocks.SetStorage.On(table), "the column's storage");
        }

        if (column.Compression is not null)
        {
            yield return new Step($"{alter} SET COMPRESSION {column.Compression}", CommandLocks.SetCompression.On(table), "the column's compression");
        }

        if (column.StatisticsTarget is { } target)
        {
            yield return new Step(
                string.Create(CultureInfo.InvariantCulture, $"{alter} SET STATISTICS {target}"),
                CommandLocks.SetStatistics.On(table),
                "the column's statistics target");
        }

        foreach (var grant in column.Grants)
        {
            // Since 18 the server locks what it grants privileges on.
            yield return Grant(table, storedAs, grant) with
            {
                Locks = majorVersion >= FirstThatLocksForGrant ? [new TableLock(table, LockMode.AccessShare)] : [],
            };
        }
    }

    /// <summary>The statement that grants to the role of a grant, with its grant option.</summary>
    public static string GrantOn(string privilege, string what, Grant grant) =>
        $"GRANT {privilege} ON {what} TO {(grant.Grantee is { } role ? role.ToString() : "PUBLIC")}" + (grant.WithGrantOption ? " WITH GRANT OPTION" : "");

    /// <summary>Grants a privilege on one column of a table or view.</summary>
    public static Step Grant(TableName table, Identifier column, Grant grant) => new(
        GrantOn($"{grant.Privilege} ({column})", $"TABLE {table}", grant),
        [],
        "the column's privileges");

    public static Step CommentOnConstraint(TableName table, Identifier constraint, string comment) => new(
        $"COMMENT ON CONSTRAINT {constraint} ON {table} IS {new Literal(comment)}",
        CommandLocks.CommentOnConstraint.On(table),
        "the constraint keeps its comment");

    public static Step ReplicaIdentityUsing(TableName table, Identifier index) => new(
        $"ALTER TABLE {table} REPLICA IDENTITY USING INDEX {index}", CommandLocks.ReplicaIdentity.On(table), "what logical replication tells rows apart by");

    public static Step CommentOnIndex(TableName index, string comment) =>
        new($"COMMENT ON INDEX {index} IS {new Literal(comment)}", [], "the index keeps its comment");

    public static Step AddCheckNotValid(TableName table, Identifier name, string definition, string purpose) =>
        new($"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID", CommandLocks.AddCheckNotValid.On(table), purpose);

    public static Step AddForeignKeyNotValid(
        TableName table, Identifier name, ImmutableArray<Identifier> columns, ForeignKey key) => new(
        $"ALTER TABLE {table} ADD CONSTRAINT {name} {key.Definition(columns)} NOT VALID",
        CommandLocks.AddForeignKeyNotValid.On(table, key.Table),
        "new writes obey the foreign key; the rows that are there are checked on completion")
        {
            // Dropping a foreign key locks the referenced table as strongly as its own.
            Undo = new Step(
            $"ALTER TABLE IF EXISTS {table} DROP CONSTRAINT IF EXISTS {name}",
            CommandLocks.DropForeignKey.On(table, key.Table),
            $"take back constraint {name}"),
        };

    public static Step Validate(TableName table, Identifier constraint, TableName? parent = null) => new(
        $"ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}",
        parent is null ? CommandLocks.ValidateCheck.On(table) : CommandLocks.ValidateForeignKey.On(table, parent),
        $"validate {constraint.Value} while writers go on")
    {
        Effect = StepEffect.Scans,
    };

    public static Step DropConstraint(TableName table, Identifier constraint, string purpose) =>
        new($"ALTER TABLE {table} DROP CONSTRAINT {constraint}", CommandLocks.DropConstraint.On(table), purpose);

    /// <summary>Undoes the adding of a constraint to columns that stay.</summary>
    public static Step TakeBackConstraint(TableName table, Identifier constraint) => new(
        $"ALTER TABLE IF EXISTS {table} DROP CONSTRAINT IF EXISTS {constraint}", CommandLocks.DropConstraint.On(table), $"take back constraint {constraint}");

    public static Step RenameConstraint(
        TableName table, Identifier from, Identifier to, string purpose = "the constraint keeps its name") =>
        new($"ALTER TABLE {table} RENAME CONSTRAINT {from} TO {to}", CommandLocks.Rename.On(table), purpose);

    public static Step CreateIndexConcurrently(TableName table, Identifier index, bool unique, string definition, string purpose) => new(
        $"CREATE {(unique ? "UNIQUE " : "")}INDEX CONCURRENTLY {index} ON {table} {definition}",
        CommandLocks.CreateIndexConcurrently.On(table),
        purpose)
    {
        Effect = StepEffect.Scans,
        BuildsIndex = new TableName(table.Schema, index),
    };

    public static Step DropIndexConcurrently(TableName table, TableName index, string purpose) => new(
        $"DROP INDEX CONCURRENTLY IF EXISTS {index}", CommandLocks.DropIndexConcurrently.On(table), purpose)
    {
        DropsIndex = index,
    };

    public static Step AddKeyUsingIndex(TableName table, Identifier name, KeyConstraint key, Identifier index) => new(
        $"ALTER TABLE {table} ADD CONSTRAINT {name} {(key.Kind == ConstraintKind.PrimaryKey ? "PRIMARY KEY" : "UNIQUE")} USING INDEX {index}{key.Timing}",
        CommandLocks.AddUniqueUsingIndex.On(table),
        "no scan: the index is there already");

    public static Step RenameIndex(Identifier schema, TableName table, Identifier from, Identifier to) => new(
        $"ALTER INDEX {new TableName(schema, from)} RENAME TO {to}",
        [],
        $"the index of {table} keeps its name");

    /// <summary>Until the transaction ends nobody reads or writes; nothing is written again, which the server was asked beforehand.</summary>
    public static Step AlterType(TableName table, Identifier column, string type) => new(
        $"ALTER TABLE {table} ALTER COLUMN {column} TYPE {type}", CommandLocks.AlterColumnType.On(table), "no row is written again: the values stay as they are");

    public static Step DropNotNull(TableName table, Identifier column) =>
        new($"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL", CommandLocks.DropNotNull.On(table), "the column takes nulls");

    /// <summary>An index keeps the column names of the moment when it was built, and psql shows them.</summary>
    public static Step RenameIndexColumn(TableName index, Identifier from, Identifier to) => new(
        $"ALTER TABLE {index} RENAME COLUMN {from} TO {to}", [], "the index calls the column by its name");

    /// <summary>What a command that makes or drops foreign keys locks of the tables that they reference.</summary>
    public static ImmutableArray<TableLock> Parents(IEnumerable<ConstraintSnapshot> constraints, CommandLock command) =>
    [
        .. constraints.Where(constraint => constraint.References is not null)
            .Select(constraint => new TableLock(constraint.References!.Table, command.OnReferenced!.Value))
            .Distinct(),
    ];
}
