using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Every reason for which a migration is refused before anything is run, with its code. A code is never given a second meaning.</summary>
internal static class Refusals
{
    public static InvalidMigrationException NoSuchTable(SourcePosition at, Identifier schema, Identifier table) => new(
        "LK1101", at, $"Schema {schema} has no table {table}.",
        "Correct the name; a partition is changed through its parent.");

    public static InvalidMigrationException NoSuchColumn(SourcePosition at, Identifier table, Identifier column) => new(
        "LK1102", at, $"Table {table} has no column {column}.", "Correct the name.");

    public static InvalidMigrationException TableExists(SourcePosition at, Identifier table, string kind = "table") => new(
        "LK1103", at, $"There is a {kind} {table} already.", "Choose another name.");

    public static InvalidMigrationException ColumnExists(SourcePosition at, Identifier table, Identifier column) => new(
        "LK1104", at, $"Table {table} has a column {column} already.", "Choose another name.");

    public static InvalidMigrationException ExpressionRefused(
        SourcePosition at, string what, string serverMessage, string? shown, Exception cause) => new(
        "LK1105", at, $"The server refuses \"{what}\": {serverMessage}.{(shown is null ? "" : $"\n{shown}\n")}",
        "Correct the expression; columns go by the names that this version of the table has.", cause);

    public static InvalidMigrationException TypeRefused(
        SourcePosition at, string what, string serverMessage, Exception cause) => new(
        "LK1106", at, $"The server refuses \"{what}\": {serverMessage}.",
        "Correct it; a text default needs quotes of its own, as in default: \"'none'\".", cause);

    public static InvalidMigrationException NameTooLong(SourcePosition at, string name) => new(
        "LK1107", at, $"\"{name}\" would be longer than {Identifier.MaxBytes} bytes, and the server would cut it.",
        "Choose a shorter name; \"version_schema\" names a version apart from its file.");

    public static InvalidMigrationException FieldRequired(SourcePosition at, string field, string reason) => new(
        "LK1108", at, $"\"{field}\" is needed: {reason}", $"Add \"{field}\" with an SQL expression.");

    public static InvalidMigrationException NothingToChange(SourcePosition at, Identifier column) => new(
        "LK1109", at, $"Nothing is said about what changes in column {column}.",
        "Give at least one of type, nullable, default, comment, check, references or unique.");

    public static InvalidMigrationException ColumnInUse(
        SourcePosition at, Identifier column, ImmutableArray<ColumnDependent> users) => new(
        "LK1110", at,
        $"Column {column} is used by {string.Join(", ", users.Select(u => $"{u.Kind} {u.Name}"))}, which this change would break.",
        "Drop or change them first.");

    public static InvalidMigrationException NotSupported(SourcePosition at, string what, string remedy) => new(
        "LK1111", at, what, remedy);

    public static InvalidMigrationException ConstraintExists(SourcePosition at, Identifier table, Identifier constraint) => new(
        "LK1112", at, $"Table {table} has a constraint or index {constraint} already.", "Choose another name.");

    public static InvalidMigrationException NullabilityUnchanged(SourcePosition at, Identifier column, bool nullable) => new(
        "LK1113", at, $"Column {column} is {(nullable ? "nullable" : "NOT NULL")} already.", "Leave \"nullable\" out.");

    public static InvalidMigrationException GeneratedInput(SourcePosition at, string what, Identifier column) => new(
        "LK1115", at,
        $"\"{what}\" reads the generated column {column}, whose value a trigger does not know yet (manual, CREATE TRIGGER).",
        "Write that column's expression instead of its name.");

    public static InvalidMigrationException CannotCarryOver(
        SourcePosition at, string what, string serverMessage, Exception cause) => new(
        "LK1116", at, $"{what} cannot be carried over to the changed column: {serverMessage}.",
        "Drop it in an earlier migration, or choose another type.", cause);

    public static InvalidMigrationException BadReference(SourcePosition at, string problem) => new(
        "LK1117", at, problem, "A foreign key points at columns with a primary key or unique constraint.");

    public static InvalidMigrationException IndexNameTaken(SourcePosition at, Identifier name, string kind) => new(
        "LK1120", at, $"The index {name} is to be built, and there is a {kind} of that name already.",
        "Rename what has the name: an index shares its schema's names with tables, views and sequences.");

    public static InvalidMigrationException NoSuchConstraint(SourcePosition at, Identifier table, Identifier constraint) => new(
        "LK1150", at, $"Table {table} has no constraint {constraint}.", "Correct the name; NOT NULL is dropped by alter_column.");

    public static InvalidMigrationException PrimaryKeyExists(SourcePosition at, Identifier table, Identifier key) => new(
        "LK1151", at, $"Table {table} has a primary key {key} already.", "Drop that one first, or make this constraint a unique one.");

    public static InvalidMigrationException NeedsNewerServer(SourcePosition at, string what, int first, int major) => new(
        "LK1152", at, $"{what} needs PostgreSQL {first}, and the server is {major}.", "Leave it out, or upgrade the server.");

    public static InvalidMigrationException ConstraintInUse(SourcePosition at, Identifier constraint, IEnumerable<string> users) => new(
        "LK1153", at, $"Constraint {constraint} is what {string.Join(", ", users)} depends on.", "Drop that in an earlier migration.");

    public static InvalidMigrationException ColumnNotMapped(SourcePosition at, string field, Identifier column) => new(
        "LK1154", at, $"\"{field}\" says nothing about column {column}, which the constraint is about.",
        $"Add {column.Value} to it, or leave \"{field}\" out when no value changes.");

    public static InvalidMigrationException ColumnNotOfConstraint(SourcePosition at, string field, Identifier column) => new(
        "LK1155", at, $"\"{field}\" says how to make column {column}, which the constraint is not about.",
        $"Take {column.Value} out of it; another column is changed by alter_column.");

    public static InvalidMigrationException SeveralColumns(SourcePosition at, Identifier constraint, IEnumerable<Identifier> columns) => new(
        "LK1156", at, $"Constraint {constraint} is about several columns ({string.Join(", ", columns)}), and \"up\" and \"down\" are about one.",
        "Use drop_multicolumn_constraint.");

    public static InvalidMigrationException NotOfTheForeignKey(SourcePosition at, Identifier column) => new(
        "LK1157", at, $"A deletion can set only columns of the foreign key, and {column} is none of them.", "Correct \"on_delete_set_columns\".");

    public static InvalidMigrationException RetypedAndConstrained(SourcePosition at, Identifier column) => new(
        "LK1158", at, $"Column {column} gets another type in this migration without being copied, and a constraint or an index on it would have every row read "
        + "under a lock that stops all clients.",
        "Add the constraint or index in a migration of its own.");

    public static InvalidMigrationException NoSuchSchema(Identifier schema) => new(
        "LK1118", SourcePosition.Whole(schema.Value), $"The database has no schema {schema}.",
        "Create it, or name another with --schema.");

    public static InvalidMigrationException ReservedName(SourcePosition at, Identifier table, Identifier column) => new(
        "LK1119", at, $"Table {table} has a column {column}, a name that Lockkeeper needs for a column of its own while a migration is under way.",
        "Rename the column.");
}
