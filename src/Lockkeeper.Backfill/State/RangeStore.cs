using Lockkeeper.Backfill.Planning;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;
using NpgsqlTypes;

namespace Lockkeeper.Backfill.State;

/// <summary>What one worker does with ranges besides filling them: claim, leave for later, give back.</summary>
internal sealed class RangeStore(NpgsqlConnection connection, Backend me, string job, TimeSpan lease)
{
    /// <summary>Claims a range that nobody works at; nothing if there is none.</summary>
    /// <remarks>
    /// A range is free when it was never claimed or given back, when it was claimed over this very session (whoever had it then is gone),
    /// when its lease has run out, or when the server knows that the backend is gone or began later than the claim: then a resumed run
    /// need not wait for the lease. Where a role may not see when a backend began, only the process id counts.
    /// Rows that were skipped come last, those longest untouched first, so that one locked row does not keep a worker from the others.
    /// If a worker that is only slow loses its range, nothing is lost: its chunk fills rows that need it whoever owns the range, and its
    /// cursor no longer moves.
    /// </remarks>
    public async Task<ClaimedRange?> ClaimAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            WITH free AS (
                SELECT r.id FROM lockkeeper.backfill_ranges AS r
                WHERE r.backfill = $1 AND NOT r.done
                  AND (r.worker_pid IS NULL
                       OR r.worker_pid = $2
                       OR r.lease_until < clock_timestamp()
                       OR NOT EXISTS (SELECT FROM pg_stat_activity AS a
                                      WHERE a.pid = r.worker_pid AND coalesce(a.backend_start <= r.worker_since, true)))
                ORDER BY r.next_block >= r.end_block,
                         CASE WHEN r.next_block >= r.end_block THEN r.lease_until END NULLS FIRST,
                         r.id
                LIMIT 1 FOR UPDATE SKIP LOCKED)
            UPDATE lockkeeper.backfill_ranges AS r
            SET worker_pid = $2, worker_since = $3, lease_until = clock_timestamp() + $4
            FROM free, pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE r.id = free.id AND c.oid = r.leaf
            RETURNING r.id, r.leaf, n.nspname, c.relname, r.next_block, r.end_block,
                      (SELECT count(*)::integer FROM pg_index AS i WHERE i.indrelid = r.leaf),
                      CASE WHEN c.relpages > 0 AND c.reltuples > 0 THEN c.reltuples / c.relpages::double precision END,
                      c.relispartition
            """;
        var claimed = await connection.QueryAsync(
            Sql,
            [new() { Value = job }, .. Me, new() { Value = lease }],
            row => new ClaimedRange(
                row.GetInt64(0),
                row.GetFieldValue<uint>(1),
                new TableName(new Identifier(row.GetString(2)), new Identifier(row.GetString(3))),
                row.GetInt64(4),
                row.GetInt64(5))
            {
                Indexes = row.GetInt32(6),
                RowsPerBlock = row.IsDBNull(7) ? null : row.GetDouble(7),
                IsPartition = row.GetBoolean(8),
            },
            cancellationToken).ConfigureAwait(false);
        return claimed.SingleOrDefault();
    }

    /// <summary>Where the range ends now; nothing when it is not this worker's any more.</summary>
    public async Task<long?> ReadEndAsync(ClaimedRange range, CancellationToken cancellationToken)
    {
        var ends = await connection.QueryAsync(
            "SELECT end_block FROM lockkeeper.backfill_ranges WHERE id = $1 AND worker_pid = $2 AND worker_since = $3",
            [new() { Value = range.Id }, .. Me],
            row => (long?)row.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        return ends.SingleOrDefault();
    }

    /// <summary>Cuts the range with the most left to do into halves, so that a worker that finds no range has one. Does nothing when none is long enough.</summary>
    /// <remarks>
    /// Whoever works at it reads its new end before its next group of blocks. Should it be past the middle by then, blocks are passed over twice,
    /// and the second time nothing is left in them to fill.
    /// </remarks>
    public async Task<bool> SplitAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            WITH longest AS (
                SELECT r.id, r.leaf, r.relfilenode, r.end_block, (r.next_block + r.end_block + 1) / 2 AS middle
                FROM lockkeeper.backfill_ranges AS r
                WHERE r.backfill = $1 AND NOT r.done AND r.end_block - r.next_block >= $2
                ORDER BY r.end_block - r.next_block DESC LIMIT 1 FOR UPDATE SKIP LOCKED),
            half AS (
                INSERT INTO lockkeeper.backfill_ranges (backfill, leaf, relfilenode, first_block, end_block, next_block)
                SELECT $1, l.leaf, l.relfilenode, l.middle, l.end_block, l.middle FROM longest AS l)
            UPDATE lockkeeper.backfill_ranges AS r SET end_block = l.middle FROM longest AS l WHERE r.id = l.id
            """;
        return await connection.ExecuteAsync(
            Sql, [new() { Value = job }, new() { Value = RangePlanner.FewestBlocksToSplit }], cancellationToken).ConfigureAwait(false) > 0;
    }

    /// <summary>Ranges of the job that are not done, whoever works at them.</summary>
    public async Task<long> CountLeftAsync(CancellationToken cancellationToken)
    {
        var count = await connection.QueryAsync(
            "SELECT count(*) FROM lockkeeper.backfill_ranges WHERE backfill = $1 AND NOT done",
            [new() { Value = job }],
            row => row.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        return count.Single();
    }

    /// <summary>Moves the cursor past a chunk in which no marked row is left.</summary>
    public Task PassAsync(ClaimedRange range, Chunk chunk, CancellationToken cancellationToken) => UpdateMineAsync(
        range,
        "next_block = $4, lease_until = clock_timestamp() + $5",
        [new() { Value = chunk.End }, new() { Value = lease }],
        cancellationToken);

    /// <summary>Moves the cursor past a chunk without filling it, and records that its rows are to be visited one by one.</summary>
    public Task SkipAsync(ClaimedRange range, Chunk chunk, CancellationToken cancellationToken) => UpdateMineAsync(
        range,
        "next_block = $4, skipped = skipped + int8multirange(int8range($5, $4)), lease_until = clock_timestamp() + $6",
        [new() { Value = chunk.End }, new() { Value = chunk.First }, new() { Value = lease }],
        cancellationToken);

    /// <summary>Records that of these skipped blocks only those in <paramref name="left"/> may still hold pending rows.</summary>
    public Task VisitedAsync(
        ClaimedRange range, Chunk blocks, IReadOnlyCollection<Chunk> left, CancellationToken cancellationToken) => UpdateMineAsync(
        range,
        """
        skipped = skipped - int8multirange(int8range($4, $5))
                  + coalesce((SELECT range_agg(int8range(a, b)) FROM unnest($6::bigint[], $7::bigint[]) AS l (a, b)), '{}')
        """,
        [
            new() { Value = blocks.First },
            new() { Value = blocks.End },
            new() { Value = left.Select(chunk => chunk.First).ToArray() },
            new() { Value = left.Select(chunk => chunk.End).ToArray() },
        ],
        cancellationToken);

    public Task RenewAsync(ClaimedRange range, CancellationToken cancellationToken) => UpdateMineAsync(
        range, "lease_until = clock_timestamp() + $4", [new() { Value = lease }], cancellationToken);

    /// <summary>Gives the range back. The time is kept as its place in the queue of ranges with skipped rows.</summary>
    public Task ReleaseAsync(ClaimedRange range, CancellationToken cancellationToken) => UpdateMineAsync(
        range, "worker_pid = NULL, lease_until = clock_timestamp()", [], cancellationToken);

    /// <summary>Gives back whatever this worker still has, so that a run that is resumed at once finds it free.</summary>
    public Task ReleaseAllAsync(CancellationToken cancellationToken) => connection.ExecuteAsync(
        """
        UPDATE lockkeeper.backfill_ranges SET worker_pid = NULL, lease_until = clock_timestamp()
        WHERE backfill = $1 AND worker_pid = $2 AND worker_since = $3
        """,
        [new() { Value = job }, .. Me],
        cancellationToken);

    public async Task<IReadOnlyList<Chunk>> ReadSkippedAsync(ClaimedRange range, CancellationToken cancellationToken) =>
        await connection.QueryAsync(
            """
            SELECT lower(blocks), upper(blocks)
            FROM lockkeeper.backfill_ranges AS r, unnest(r.skipped) AS blocks
            WHERE r.id = $1 ORDER BY 1
            """,
            [new() { Value = range.Id }],
            row => new Chunk(row.GetInt64(0), row.GetInt64(1)),
            cancellationToken).ConfigureAwait(false);

    private NpgsqlParameter[] Me =>
        [new() { Value = me.Pid }, new() { Value = me.Since, NpgsqlDbType = NpgsqlDbType.TimestampTz }];

    private Task<int> UpdateMineAsync(
        ClaimedRange range, string assignments, NpgsqlParameter[] values, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
             UPDATE lockkeeper.backfill_ranges SET {assignments}
             WHERE id = $1 AND worker_pid = $2 AND worker_since = $3
             """,
            [new() { Value = range.Id }, .. Me, .. values],
            cancellationToken);
}
