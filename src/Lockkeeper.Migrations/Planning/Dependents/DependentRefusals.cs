using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>Why what depends on a column cannot follow it to a copy.</summary>
internal static class DependentRefusals
{
    public static InvalidMigrationException BuiltUnderLock(SourcePosition at, Identifier constraint, Identifier column, Identifier table) => new(
        "LK1168", at,
        $"Column {column} has to be copied, and is part of constraint {constraint}, whose index can only be built under a lock that stops all clients: {table} is too large for that.",
        "Drop the constraint in an earlier migration, and add it again in a later one, when clients can wait.");

    public static InvalidMigrationException Obstacles(SourcePosition at, Identifier column, IEnumerable<string> obstacles) => new(
        "LK1160", at, $"Column {column} has to be copied, and this cannot follow it: {string.Join("; ", obstacles)}.",
        "Drop what is named in an earlier migration, and make it again in a later one.");

    public static InvalidMigrationException Renamed(SourcePosition at, string what, Identifier table) => new(
        "LK1161", at, $"{what} has to be made again as it is, and table {table} or one of its columns is renamed, or the column changed twice, in this migration.",
        "Put the renaming into a migration of its own, and all changes of one column into one alter_column.");

    public static InvalidMigrationException DoesNotFit(SourcePosition at, string what, Identifier column, string serverMessage) => new(
        "LK1162", at, $"The server refuses {what} over the changed column {column}: {serverMessage}.",
        "Change it in an earlier migration so that it fits both, or drop it there and make it again in a later one.");

    public static InvalidMigrationException ByPlace(SourcePosition at, string what, Identifier table) => new(
        "LK1163", at, $"The {what} names columns of table {table} by their place, as FROM {table} AS t (a, b) does, and the changed column will stand last.",
        "Write it with the columns' own names, in an earlier migration.");

    public static InvalidMigrationException KeyDoesNotFit(SourcePosition at, string key, Identifier column, string why) => new(
        "LK1164", at, $"Foreign key {key} points at column {column}, and cannot point at the changed one: {why}.",
        "Drop the foreign key in an earlier migration, change both columns, and create it again.");

    public static InvalidMigrationException IdentityDoesNotFit(SourcePosition at, Identifier column, string why) => new(
        "LK1165", at, $"Identity column {column} cannot be copied: {why}.",
        "Drop the identity in an earlier migration (ALTER TABLE ... DROP IDENTITY), or change its type alone.");
}
