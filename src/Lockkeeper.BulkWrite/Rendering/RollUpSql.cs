using Lockkeeper.BulkWrite.Counters;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>The statement that gathers deltas.</summary>
internal static class RollUpSql
{
    /// <remarks>
    /// It waits for nobody: a row that counts and that somebody has locked keeps its deltas for the next time, and so do deltas that another worker has begun.
    /// Waiting for one row while others are locked would pass the wait on to whoever writes those. Deltas that are not committed are not seen.
    /// Each row that counts is locked before it is written, and the update reads it as it then is (manual, 13.2.1).
    /// </remarks>
    public static string Of(Counter counter) => $"""
        WITH free AS MATERIALIZED (
        SELECT delta.{counter.Key}, delta.delta_number FROM {counter.SideTable} AS delta
        JOIN {counter.Table} AS target ON target.{counter.Key} = delta.{counter.Key}
        ORDER BY delta.{counter.Key}, delta.delta_number LIMIT $1
        FOR NO KEY UPDATE OF target SKIP LOCKED FOR UPDATE OF delta SKIP LOCKED), orphaned AS MATERIALIZED (
        SELECT oldest.{counter.Key}, oldest.delta_number FROM (
            SELECT {counter.Key}, delta_number FROM {counter.SideTable} ORDER BY {counter.Key}, delta_number LIMIT $1) AS oldest
        WHERE NOT EXISTS (SELECT FROM {counter.Table} AS target WHERE target.{counter.Key} = oldest.{counter.Key})), taken AS (
        DELETE FROM {counter.SideTable} WHERE ({counter.Key}, delta_number) IN (
            SELECT * FROM free UNION ALL SELECT * FROM orphaned LIMIT $1)
        RETURNING {counter.Key}, amount), sums AS (
        SELECT {counter.Key}, sum(amount) AS amount FROM taken GROUP BY {counter.Key}), written AS (
        UPDATE {counter.Table} AS target SET {counter.Column} = COALESCE(target.{counter.Column}, 0) + sums.amount
        FROM sums WHERE target.{counter.Key} = sums.{counter.Key} RETURNING 1)
        SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM written)
        """;
}
