namespace Lockkeeper.Locks.Reading;

/// <summary>How large a relation is, without waiting for it.</summary>
/// <remarks>
/// <c>pg_relation_size</c> takes ACCESS SHARE and so would stand in the queue behind a schema change, just when somebody wants to know what is wrong. Of what is
/// locked against it, the size is told that VACUUM or ANALYZE has seen last.
/// </remarks>
internal static class RelationSize
{
    /// <summary>An expression for the size in bytes; 0 for what has just been dropped.</summary>
    /// <param name="oid">An expression for the relation's OID.</param>
    public static string Of(string oid) => $"""
        coalesce(CASE WHEN {oid} IN (SELECT l.relation FROM pg_catalog.pg_locks l WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock')
                      THEN (SELECT z.relpages * current_setting('block_size')::int8 FROM pg_catalog.pg_class z WHERE z.oid = {oid})
                      ELSE pg_relation_size({oid}) END, 0)
        """;
}
