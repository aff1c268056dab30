using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Why an index is left alone.</summary>
internal static class IndexRefusals
{
    public static InvalidMigrationException PointsAtGoingIndex(SourcePosition at, Identifier index) => new(
        "LK1175", at,
        $"The foreign key would come to depend on index {index}, which an operation before it drops on completion: then the server would refuse to.",
        "Drop the index in a migration of its own, before this one or after it.");

    public static InvalidMigrationException WithoutPartitionKey(SourcePosition at, Identifier table, IEnumerable<Identifier> missing) => new(
        "LK1176", at,
        $"Table {table} is partitioned, and a unique index on it must have every column that its rows are distributed by: {string.Join(", ", missing)} is missing.",
        "Add it to the index, or make each partition unique by itself.");

    public static InvalidMigrationException NoSuchIndex(SourcePosition at, Identifier schema, Identifier index) => new(
        "LK1134", at, $"No table of schema {schema} has an index {index}.",
        "Correct the name; an index of a partition is dropped with that of its table.");

    public static InvalidMigrationException IndexOfConstraint(SourcePosition at, Identifier index, Identifier table) => new(
        "LK1135", at, $"Index {index} belongs to a constraint of table {table} of the same name, which would be gone with it.",
        "Drop the constraint instead (drop_constraint, drop_multicolumn_constraint); its index goes with it.");

    public static InvalidMigrationException IndexInUse(SourcePosition at, Identifier index, ImmutableArray<string> users) => new(
        "LK1136", at, $"Index {index} serves {string.Join(", ", users)}.", "Drop or change what is named first.");
}
