using System.Collections.Immutable;

namespace Lockkeeper.Model.Locking;

/// <summary>Which command takes which lock. A test runs every one of them on servers of each version and compares with <c>pg_locks</c>.</summary>
/// <remarks>
/// The same from 14 to 18. The forms with CONCURRENTLY that cannot run in a transaction are not listed: they take SHARE UPDATE EXCLUSIVE, and wait
/// for transactions besides.
/// </remarks>
public static class CommandLocks
{
    /// <summary>All of them, those of clients first.</summary>
    public static ImmutableArray<CommandLock> All { get; } =
    [
        new("SELECT", LockMode.AccessShare, null),
        new("SELECT ... FOR UPDATE", LockMode.RowShare, null),
        new("SELECT ... FOR KEY SHARE", LockMode.RowShare, null),
        new("INSERT", LockMode.RowExclusive, LockMode.RowShare),
        new("UPDATE", LockMode.RowExclusive, null),
        new("UPDATE of a foreign key", LockMode.RowExclusive, LockMode.RowShare),
        new("DELETE", LockMode.RowExclusive, null),
        new("LOCK TABLE", LockMode.AccessExclusive, null),
        new("TRUNCATE", LockMode.AccessExclusive, null),
        new("DROP TABLE", LockMode.AccessExclusive, LockMode.AccessExclusive),
        new("CREATE TABLE ... REFERENCES", null, LockMode.ShareRowExclusive),
        new("CREATE TABLE ... PARTITION OF", LockMode.AccessExclusive, null),
        new("CREATE TABLE ... INHERITS", LockMode.ShareUpdateExclusive, null),
        new("ALTER TABLE ... ATTACH PARTITION", LockMode.ShareUpdateExclusive, null),
        new("ALTER TABLE ... DETACH PARTITION", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... ADD COLUMN", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... DROP COLUMN", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... ALTER COLUMN TYPE", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... SET DEFAULT", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... SET NOT NULL", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... SET STATISTICS", LockMode.ShareUpdateExclusive, null),
        new("ALTER TABLE ... SET (storage parameter)", LockMode.ShareUpdateExclusive, null),
        new("ALTER TABLE ... RENAME", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... SET SCHEMA", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... ENABLE ROW LEVEL SECURITY", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... REPLICA IDENTITY", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... ADD CHECK", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... ADD CHECK NOT VALID", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... VALIDATE CONSTRAINT (check)", LockMode.ShareUpdateExclusive, null),
        new("ALTER TABLE ... ADD FOREIGN KEY", LockMode.ShareRowExclusive, LockMode.ShareRowExclusive),
        new("ALTER TABLE ... ADD FOREIGN KEY NOT VALID", LockMode.ShareRowExclusive, LockMode.ShareRowExclusive),
        new("ALTER TABLE ... VALIDATE CONSTRAINT (foreign key)", LockMode.ShareUpdateExclusive, LockMode.RowShare),
        new("ALTER TABLE ... ADD UNIQUE", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... ADD UNIQUE USING INDEX", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... DROP CONSTRAINT", LockMode.AccessExclusive, null),
        new("ALTER TABLE ... DROP CONSTRAINT (foreign key)", LockMode.AccessExclusive, LockMode.AccessExclusive),
        new("ALTER TABLE ... DISABLE TRIGGER", LockMode.ShareRowExclusive, null),
        new("CREATE TRIGGER", LockMode.ShareRowExclusive, null),
        new("DROP TRIGGER", LockMode.AccessExclusive, null),
        new("CREATE RULE", LockMode.AccessExclusive, null),
        new("CREATE POLICY", LockMode.AccessExclusive, null),
        new("CREATE INDEX", LockMode.Share, null),
        new("DROP INDEX", LockMode.AccessExclusive, null),
        new("REINDEX TABLE", LockMode.Share, null),
        new("CLUSTER", LockMode.AccessExclusive, null),
        new("ANALYZE", LockMode.ShareUpdateExclusive, null),
        new("CREATE STATISTICS", LockMode.ShareUpdateExclusive, null),
        new("COMMENT ON TABLE", LockMode.ShareUpdateExclusive, null),
        new("CREATE VIEW", LockMode.AccessShare, null),
        new("REFRESH MATERIALIZED VIEW", LockMode.AccessExclusive, null),
        new("REFRESH MATERIALIZED VIEW CONCURRENTLY", LockMode.Exclusive, null),
    ];
}
