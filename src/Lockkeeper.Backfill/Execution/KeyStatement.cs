using System.Globalization;

namespace Lockkeeper.Backfill.Execution;

/// <summary>The SQL of a chunk of rows in the order of a key. One statement, and so one transaction and one round trip.</summary>
/// <remarks>
/// Keys go back and forth as text, whatever their types: the server converts them. A row that is locked is left out, and found by the pass over the blocks
/// that follows. As with <see cref="ChunkStatement"/>, a row that still fits the condition afterwards makes <c>chunks</c> null, and one that is not what the expressions say <c>lock_timeouts</c>; that undoes the statement.
/// </remarks>
internal sealed class KeyStatement(BackfillJob job, BackfillOrder order, IReadOnlyList<string> types, string? check = null)
{
    private readonly string _key = string.Join(", ", order.Columns.Select(column => $"lockkeeper_row.{column}"));
    private readonly string _direction = order.Descending ? "DESC" : "ASC";

    /// <summary>The last key of the order, as texts; no row when no row fits. Rows that come behind it later are not visited: so it ends.</summary>
    public string Last =>
        $"""
         SELECT {Texts("lockkeeper_row")} FROM {job.Table} AS lockkeeper_row
         WHERE {job.Pending} AND ({_key}) IS NOT NULL
         ORDER BY {Ordered(order.Descending ? "ASC" : "DESC")} LIMIT 1
         """;

    /// <summary>
    /// Updates at most <c>$1</c> rows up to the last key, <c>$3</c> and following, and counts them for job <c>$2</c>; from the beginning, or behind the key that
    /// follows the last. Returns how many rows were updated, and the key of the last of them.
    /// </summary>
    /// <param name="first">Whether it begins with the first row.</param>
    public string Chunk(bool first) =>
        $"""
         WITH picked AS MATERIALIZED (
             SELECT {string.Join(", ", order.Columns.Select((column, i) => $"lockkeeper_row.{column} AS {Column(i)}"))}
             FROM {job.Table} AS lockkeeper_row
             WHERE {job.Pending} AND ({_key}) {(order.Descending ? ">=" : "<=")} ({Parameters(0)})
               {(first ? "" : $"AND ({_key}) {(order.Descending ? "<" : ">")} ({Parameters(types.Count)})")}
             ORDER BY {Ordered(_direction)} LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED),
         filled AS (
             UPDATE {job.Table} AS lockkeeper_row
             SET {string.Join(", ", job.Assignments.Select(a => $"{a.Column} = ({a.Expression})"))}
             FROM picked
             WHERE ({_key}) = ({string.Join(", ", types.Select((_, i) => $"picked.{Column(i)}"))}) AND {job.Pending}
             RETURNING {job.Pending} AS again, {check ?? "false"} AS differs),
         counted AS (
             UPDATE lockkeeper.backfills AS b
             SET rows_done = b.rows_done + f.filled, chunks = CASE WHEN f.again = 0 THEN b.chunks + 1 END,
                 lock_timeouts = CASE WHEN f.differ = 0 THEN b.lock_timeouts END
             FROM (SELECT count(*) AS filled, count(*) FILTER (WHERE again) AS again, count(*) FILTER (WHERE differs) AS differ FROM filled) AS f
             WHERE b.name = $2 RETURNING f.filled)
         SELECT (SELECT filled FROM counted), (SELECT count(*) FROM picked), {string.Join(", ", types.Select((_, i) => $"p.{Column(i)}::text"))}
         FROM picked AS p ORDER BY {string.Join(", ", types.Select((_, i) => $"p.{Column(i)} {(order.Descending ? "ASC" : "DESC")}"))} LIMIT 1
         """;

    private string Ordered(string direction) => string.Join(", ", order.Columns.Select(column => $"lockkeeper_row.{column} {direction}"));

    private string Texts(string row) => string.Join(", ", order.Columns.Select(column => $"{row}.{column}::text"));

    private string Parameters(int after) => string.Join(
        ", ", types.Select((type, i) => string.Create(CultureInfo.InvariantCulture, $"CAST(${3 + after + i}::text AS {type})")));

    private static string Column(int i) => string.Create(CultureInfo.InvariantCulture, $"key_{i}");
}
