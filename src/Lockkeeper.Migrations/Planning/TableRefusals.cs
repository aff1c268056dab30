using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Why a table, or a constraint as a whole, is left alone.</summary>
internal static class TableRefusals
{
    public static InvalidMigrationException TableInUse(SourcePosition at, Identifier table, ImmutableArray<string> users) => new(
        "LK1130", at, $"Table {table} is used by {string.Join(", ", users)}, which would be broken without it.",
        "Drop what is named first, in this migration or an earlier one.");

    public static InvalidMigrationException NoSuchConstraint(SourcePosition at, Identifier table, Identifier constraint) => new(
        "LK1131", at, $"Table {table} has no constraint {constraint}.", "Correct the name.");

    public static InvalidMigrationException UnfitReplicaIdentity(SourcePosition at, Identifier table, string why) => new(
        "LK1132", at, $"Table {table} cannot have that replica identity: {why}.",
        "Name a unique index over NOT NULL columns, not partial, not deferrable and without expressions.");

    public static InvalidMigrationException ReplicaIdentityLost(SourcePosition at, Identifier table, Identifier index) => new(
        "LK1143", at,
        $"Logical replication tells the rows of table {table} apart by index {index}, which would be dropped: the server would then refuse every UPDATE "
        + "and DELETE of a published table.",
        "Choose another replica identity first, with set_replica_identity in a migration of its own.");

    public static InvalidMigrationException ReplicaIdentityNeeded(
        SourcePosition at, Identifier table, ImmutableArray<string> publications) => new(
        "LK1133", at,
        $"Table {table} is in publication {string.Join(", ", publications)}: without a replica identity, the server would refuse every UPDATE and DELETE of it.",
        "Choose \"full\" or an index, or take the table out of the publication first.");

    public static InvalidMigrationException PublishedInPart(
        SourcePosition at, Identifier table, ImmutableArray<string> publications) => new(
        "LK1142", at,
        $"Publication {string.Join(", ", publications)} publishes only some columns or rows of table {table}. Where the replica identity does not fit "
        + "what is published, the server refuses every UPDATE and DELETE.",
        "Change the identity by an \"sql\" operation, together with the publication.");
}
