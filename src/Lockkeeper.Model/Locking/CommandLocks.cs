using System.Collections.Immutable;

namespace Lockkeeper.Model.Locking;

/// <summary>Which command takes which lock. A test runs every one of them on servers of each version and compares with <c>pg_locks</c>.</summary>
/// <remarks>
/// The same from 14 to 18. A migration's plan declares its locks by these, <c>lockkeeper trace</c> tells by them what a command would take that it
/// cannot run, and the advice which one takes less.
/// </remarks>
public static class CommandLocks
{
    /// <summary><c>SELECT</c>.</summary>
    public static CommandLock Select { get; } = new("SELECT", LockMode.AccessShare, null);

    /// <summary><c>DROP TABLE</c>.</summary>
    public static CommandLock DropTable { get; } = new("DROP TABLE", LockMode.AccessExclusive, LockMode.AccessExclusive);

    /// <summary><c>CREATE TABLE ... REFERENCES</c>.</summary>
    public static CommandLock CreateTableReferences { get; } = new("CREATE TABLE ... REFERENCES", null, LockMode.ShareRowExclusive);

    /// <summary><c>ALTER TABLE ... ADD COLUMN</c>.</summary>
    public static CommandLock AddColumn { get; } = new("ALTER TABLE ... ADD COLUMN", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER TABLE ... DROP COLUMN</c>.</summary>
    public static CommandLock DropColumn { get; } = new("ALTER TABLE ... DROP COLUMN", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER TABLE ... ALTER COLUMN TYPE</c>.</summary>
    public static CommandLock AlterColumnType { get; } = new("ALTER TABLE ... ALTER COLUMN TYPE", LockMode.AccessExclusive, null)
    {
        Instead = "Where the type is stored in another way: a new column of that type, filled chunk by chunk while triggers keep both in step, then a change of names; lockkeeper start does it.",
    };

    /// <summary><c>ALTER TABLE ... SET DEFAULT</c>.</summary>
    public static CommandLock SetDefault { get; } = new("ALTER TABLE ... SET DEFAULT", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER TABLE ... SET NOT NULL</c>.</summary>
    public static CommandLock SetNotNull { get; } = new("ALTER TABLE ... SET NOT NULL", LockMode.AccessExclusive, null)
    {
        Instead = "CHECK (... IS NOT NULL) NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own: with that proof SET NOT NULL reads no row.",
    };

    /// <summary><c>ALTER TABLE ... DROP NOT NULL</c>.</summary>
    public static CommandLock DropNotNull { get; } = new("ALTER TABLE ... DROP NOT NULL", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER TABLE ... SET STATISTICS</c>.</summary>
    public static CommandLock SetStatistics { get; } = new("ALTER TABLE ... SET STATISTICS", LockMode.ShareUpdateExclusive, null);

    /// <summary><c>ALTER TABLE ... SET STORAGE</c>.</summary>
    public static CommandLock SetStorage { get; } = new("ALTER TABLE ... SET STORAGE", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER TABLE ... SET COMPRESSION</c>.</summary>
    public static CommandLock SetCompression { get; } = new("ALTER TABLE ... SET COMPRESSION", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER TABLE ... RENAME</c>.</summary>
    public static CommandLock Rename { get; } = new("ALTER TABLE ... RENAME", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER TABLE ... REPLICA IDENTITY</c>.</summary>
    public static CommandLock ReplicaIdentity { get; } = new("ALTER TABLE ... REPLICA IDENTITY", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER TABLE ... ADD CHECK NOT VALID</c>.</summary>
    public static CommandLock AddCheckNotValid { get; } = new("ALTER TABLE ... ADD CHECK NOT VALID", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER TABLE ... VALIDATE CONSTRAINT (check)</c>.</summary>
    public static CommandLock ValidateCheck { get; } = new("ALTER TABLE ... VALIDATE CONSTRAINT (check)", LockMode.ShareUpdateExclusive, null);

    /// <summary><c>ALTER TABLE ... ADD FOREIGN KEY NOT VALID</c>.</summary>
    public static CommandLock AddForeignKeyNotValid { get; } = new("ALTER TABLE ... ADD FOREIGN KEY NOT VALID", LockMode.ShareRowExclusive, LockMode.ShareRowExclusive);

    /// <summary><c>ALTER TABLE ... VALIDATE CONSTRAINT (foreign key)</c>.</summary>
    public static CommandLock ValidateForeignKey { get; } = new("ALTER TABLE ... VALIDATE CONSTRAINT (foreign key)", LockMode.ShareUpdateExclusive, LockMode.RowShare);

    /// <summary><c>ALTER TABLE ... ADD UNIQUE</c>, which builds the index under the lock.</summary>
    public static CommandLock AddUnique { get; } = new("ALTER TABLE ... ADD UNIQUE", LockMode.AccessExclusive, null)
    {
        Instead = "CREATE UNIQUE INDEX CONCURRENTLY takes SHARE UPDATE EXCLUSIVE, and ADD CONSTRAINT ... USING INDEX then reads no row.",
    };

    /// <summary><c>ALTER TABLE ... ADD EXCLUDE</c>, which builds the index under the lock.</summary>
    public static CommandLock AddExclusion { get; } = new("ALTER TABLE ... ADD EXCLUDE", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER TABLE ... ADD UNIQUE USING INDEX</c>.</summary>
    public static CommandLock AddUniqueUsingIndex { get; } = new("ALTER TABLE ... ADD UNIQUE USING INDEX", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER TABLE ... DROP CONSTRAINT</c>.</summary>
    public static CommandLock DropConstraint { get; } = new("ALTER TABLE ... DROP CONSTRAINT", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER TABLE ... DROP CONSTRAINT (foreign key)</c>.</summary>
    public static CommandLock DropForeignKey { get; } = new("ALTER TABLE ... DROP CONSTRAINT (foreign key)", LockMode.AccessExclusive, LockMode.AccessExclusive);

    /// <summary><c>ALTER TABLE ... ENABLE TRIGGER</c>, and DISABLE.</summary>
    public static CommandLock EnableTrigger { get; } = new("ALTER TABLE ... ENABLE TRIGGER", LockMode.ShareRowExclusive, null);

    /// <summary><c>CREATE TRIGGER</c>.</summary>
    public static CommandLock CreateTrigger { get; } = new("CREATE TRIGGER", LockMode.ShareRowExclusive, null);

    /// <summary><c>DROP TRIGGER</c>.</summary>
    public static CommandLock DropTrigger { get; } = new("DROP TRIGGER", LockMode.AccessExclusive, null);

    /// <summary><c>CREATE INDEX</c>.</summary>
    public static CommandLock CreateIndex { get; } = new("CREATE INDEX", LockMode.Share, null)
    {
        Instead = "CREATE INDEX CONCURRENTLY takes SHARE UPDATE EXCLUSIVE; readers and writers go on.",
    };

    /// <summary><c>DROP INDEX</c>.</summary>
    public static CommandLock DropIndex { get; } = new("DROP INDEX", LockMode.AccessExclusive, null)
    {
        Instead = "DROP INDEX CONCURRENTLY takes SHARE UPDATE EXCLUSIVE; readers and writers go on.",
    };

    /// <summary><c>ALTER INDEX ... ATTACH PARTITION</c>.</summary>
    public static CommandLock AttachIndex { get; } = new("ALTER INDEX ... ATTACH PARTITION", LockMode.AccessShare, null);

    /// <summary><c>ALTER TABLE ... ADD GENERATED AS IDENTITY</c>.</summary>
    public static CommandLock AddIdentity { get; } = new("ALTER TABLE ... ADD GENERATED AS IDENTITY", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER SEQUENCE ... OWNED BY</c>.</summary>
    public static CommandLock OwnSequence { get; } = new("ALTER SEQUENCE ... OWNED BY", LockMode.AccessShare, null);

    /// <summary><c>ALTER TABLE ... ENABLE RULE</c>.</summary>
    public static CommandLock EnableRule { get; } = new("ALTER TABLE ... ENABLE RULE", LockMode.AccessExclusive, null);

    /// <summary><c>CREATE RULE</c>.</summary>
    public static CommandLock CreateRule { get; } = new("CREATE RULE", LockMode.AccessExclusive, null);

    /// <summary><c>DROP RULE</c>.</summary>
    public static CommandLock DropRule { get; } = new("DROP RULE", LockMode.AccessExclusive, null);

    /// <summary><c>CREATE POLICY</c>.</summary>
    public static CommandLock CreatePolicy { get; } = new("CREATE POLICY", LockMode.AccessExclusive, null);

    /// <summary><c>CREATE STATISTICS</c>.</summary>
    public static CommandLock CreateStatistics { get; } = new("CREATE STATISTICS", LockMode.ShareUpdateExclusive, null);

    /// <summary><c>ALTER PUBLICATION</c>.</summary>
    public static CommandLock AlterPublication { get; } = new("ALTER PUBLICATION", LockMode.ShareUpdateExclusive, null);

    /// <summary><c>ANALYZE</c>.</summary>
    public static CommandLock Analyze { get; } = new("ANALYZE", LockMode.ShareUpdateExclusive, null);

    /// <summary><c>COMMENT ON COLUMN</c>.</summary>
    public static CommandLock CommentOnColumn { get; } = new("COMMENT ON COLUMN", LockMode.ShareUpdateExclusive, null);

    /// <summary><c>COMMENT ON CONSTRAINT</c>.</summary>
    public static CommandLock CommentOnConstraint { get; } = new("COMMENT ON CONSTRAINT", LockMode.AccessShare, null);

    /// <summary><c>CREATE VIEW</c>.</summary>
    public static CommandLock CreateView { get; } = new("CREATE VIEW", LockMode.AccessShare, null);

    /// <summary><c>COMMENT ON TRIGGER</c>, and on a policy or a rule.</summary>
    public static CommandLock CommentOnTrigger { get; } = new("COMMENT ON TRIGGER", LockMode.AccessShare, null);

    /// <summary><c>DROP VIEW</c>; of its tables none.</summary>
    public static CommandLock DropView { get; } = new("DROP VIEW", LockMode.AccessExclusive, null);

    /// <summary><c>ALTER VIEW ... SET SCHEMA</c>; of its tables none.</summary>
    public static CommandLock MoveView { get; } = new("ALTER VIEW ... SET SCHEMA", LockMode.AccessExclusive, null);

    /// <summary><c>CREATE INDEX CONCURRENTLY</c>.</summary>
    public static CommandLock CreateIndexConcurrently { get; } = new("CREATE INDEX CONCURRENTLY", LockMode.ShareUpdateExclusive, null)
    {
        NeedsNoTransaction = true,
    };

    /// <summary><c>DROP INDEX CONCURRENTLY</c>.</summary>
    public static CommandLock DropIndexConcurrently { get; } = new("DROP INDEX CONCURRENTLY", LockMode.ShareUpdateExclusive, null)
    {
        NeedsNoTransaction = true,
    };

    /// <summary>All of them, those of clients first.</summary>
    public static ImmutableArray<CommandLock> All { get; } =
    [
        Select,
        new("SELECT ... FOR UPDATE", LockMode.RowShare, null),
        new("SELECT ... FOR KEY SHARE", LockMode.RowShare, null),
        new("INSERT", LockMode.RowExclusive, LockMode.RowShare),
        new("UPDATE", LockMode.RowExclusive, null),
        new("UPDATE of a foreign key", LockMode.RowExclusive, LockMode.RowShare),
        new("DELETE", LockMode.RowExclusive, null),
        new("LOCK TABLE", LockMode.AccessExclusive, null)
        {
            Instead = "LOCK TABLE ... IN SHARE ROW EXCLUSIVE MODE keeps writers away and lets readers pass.",
        },
        new("TRUNCATE", LockMode.AccessExclusive, null)
        {
            Instead = "DELETE in chunks takes ROW EXCLUSIVE; readers and writers go on.",
        },
        DropTable,
        CreateTableReferences,
        new("CREATE TABLE ... PARTITION OF", LockMode.AccessExclusive, null)
        {
            Instead = "CREATE TABLE ... (LIKE ...), then ATTACH PARTITION, which takes SHARE UPDATE EXCLUSIVE on the parent; readers and writers go on.",
        },
        new("CREATE TABLE ... INHERITS", LockMode.ShareUpdateExclusive, null),
        new("ALTER TABLE ... ATTACH PARTITION", LockMode.ShareUpdateExclusive, null),
        new("ALTER TABLE ... DETACH PARTITION", LockMode.AccessExclusive, null)
        {
            Instead = "DETACH PARTITION ... CONCURRENTLY takes SHARE UPDATE EXCLUSIVE on the parent; readers and writers go on.",
        },
        AddColumn,
        DropColumn,
        AlterColumnType,
        SetDefault,
        SetNotNull,
        DropNotNull,
        SetStatistics,
        SetStorage,
        SetCompression,
        new("ALTER TABLE ... SET (storage parameter)", LockMode.ShareUpdateExclusive, null),
        Rename,
        new("ALTER TABLE ... SET SCHEMA", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... ENABLE ROW LEVEL SECURITY", LockMode.AccessExclusive, null),
        ReplicaIdentity,
        new("ALTER TABLE ... ADD CHECK", LockMode.AccessExclusive, null)
        {
            Instead = "ADD CHECK ... NOT VALID reads no row, and VALIDATE CONSTRAINT in a transaction of its own takes SHARE UPDATE EXCLUSIVE; readers and writers go on.",
        },
        AddCheckNotValid,
        ValidateCheck,
        new("ALTER TABLE ... ADD FOREIGN KEY", LockMode.ShareRowExclusive, LockMode.ShareRowExclusive)
        {
            Instead = "ADD FOREIGN KEY ... NOT VALID reads no row, and VALIDATE CONSTRAINT in a transaction of its own takes SHARE UPDATE EXCLUSIVE; readers and writers go on.",
        },
        AddForeignKeyNotValid,
        ValidateForeignKey,
        AddUnique,
        AddExclusion,
        AddUniqueUsingIndex,
        DropConstraint,
        DropForeignKey,
        EnableTrigger,
        EnableRule,
        AddIdentity,
        CreateTrigger,
        DropTrigger,
        CreateRule,
        DropRule,
        CreatePolicy,
        CreateIndex,
        DropIndex,
        AttachIndex,
        new("REINDEX TABLE", LockMode.Share, null)
        {
            Instead = "REINDEX TABLE CONCURRENTLY takes SHARE UPDATE EXCLUSIVE; readers and writers go on.",
        },
        new("CLUSTER", LockMode.AccessExclusive, null)
        {
            Instead = "A copy in order can be made while clients go on (pg_repack).",
        },
        Analyze,
        CreateStatistics,
        AlterPublication,
        OwnSequence,
        new("COMMENT ON TABLE", LockMode.ShareUpdateExclusive, null),
        CommentOnColumn,
        CommentOnConstraint,
        CommentOnTrigger,
        CreateView,
        DropView,
        MoveView,
        new("REFRESH MATERIALIZED VIEW", LockMode.AccessExclusive, null)
        {
            Instead = "REFRESH MATERIALIZED VIEW CONCURRENTLY takes EXCLUSIVE, so that readers go on; it needs a unique index.",
        },
        new("REFRESH MATERIALIZED VIEW CONCURRENTLY", LockMode.Exclusive, null),
        CreateIndexConcurrently,
        DropIndexConcurrently,
        new("REINDEX TABLE CONCURRENTLY", LockMode.ShareUpdateExclusive, null) { NeedsNoTransaction = true },
        new("ALTER TABLE ... DETACH PARTITION CONCURRENTLY", LockMode.ShareUpdateExclusive, null) { NeedsNoTransaction = true },
        new("VACUUM", LockMode.ShareUpdateExclusive, null) { NeedsNoTransaction = true },
        new("VACUUM FULL", LockMode.AccessExclusive, null)
        {
            Instead = "VACUUM takes SHARE UPDATE EXCLUSIVE and makes the space usable again for this table; a table that must shrink can be copied while clients go on (pg_repack).",
            NeedsNoTransaction = true,
        },
    ];

    /// <summary>The command of a name, such as "CREATE INDEX".</summary>
    /// <param name="command">The name.</param>
    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    public static CommandLock Of(string command) => All.Single(known => known.Command == command);
}
