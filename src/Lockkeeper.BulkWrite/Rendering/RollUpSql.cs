using Lockkeeper.BulkWrite.Counters;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>The statement that gathers deltas.</summary>
internal static class RollUpSql
{
    /// <remarks>SKIP LOCKED leaves to another worker what it has begun; deltas that are not committed are not seen.</remarks>
    public static string Of(Counter counter, bool isText) => $"""
        WITH taken AS (
        DELETE FROM {counter.SideTable} WHERE ({counter.Key}, delta_number) IN (
            SELECT {counter.Key}, delta_number FROM {counter.SideTable} ORDER BY {counter.Key}, delta_number LIMIT $1 FOR UPDATE SKIP LOCKED)
        RETURNING {counter.Key}, amount), sums AS (
        SELECT {counter.Key}, sum(amount) AS amount FROM taken GROUP BY {counter.Key}), locked AS MATERIALIZED (
        SELECT target.{counter.Key}, sums.amount FROM sums JOIN {counter.Table} AS target ON target.{counter.Key} = sums.{counter.Key}
        ORDER BY target.{counter.Key}{(isText ? "::text COLLATE \"C\"" : "")}
        FOR NO KEY UPDATE OF target), written AS (
        UPDATE {counter.Table} AS target SET {counter.Column} = COALESCE(target.{counter.Column}, 0) + locked.amount
        FROM locked WHERE target.{counter.Key} = locked.{counter.Key} RETURNING 1)
        SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM written)
        """;
}
