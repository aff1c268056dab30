using System.Collections.Immutable;
using System.Data;
using Lockkeeper.Backfill.Planning;
using Lockkeeper.Server.Running;
using Npgsql;
using NpgsqlTypes;

namespace Lockkeeper.Backfill.State;

/// <summary>The job's row in the state tables, and the list of its ranges as a whole.</summary>
internal sealed class JobStore(NpgsqlDataSource dataSource, BackfillJob job)
{
    /// <summary>Brings the recorded ranges into line with the table's leaves as they are now; the same for a first run, a resumed one,
    /// a partition that came or went, and a leaf that was rewritten.</summary>
    /// <remarks>
    /// 1. The job's row is locked, so that workers that notice a rewrite together do this one after the other.
    /// 2. The leaves and their relfilenodes are read; pure code compares them with what is recorded.
    /// 3. Only now the lengths are read. If a leaf is rewritten between 2 and 3, its recorded relfilenode is the old one, and its first
    ///    chunk notices. The other order could record the new relfilenode with the old, smaller length, which nobody would notice.
    /// 4. Ranges are dropped and made in the same transaction. A worker inside a dropped range finds no cursor to move and asks again.
    /// </remarks>
    public async Task<LeafChanges> ReconcileAsync(CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        return await ReconcileAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same over a worker's own connection: there may be no other in its pool.</summary>
    public async Task<LeafChanges> ReconcileAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken)
            .ConfigureAwait(false);
        await using var __ = transaction.ConfigureAwait(false);

        await connection.ExecuteAsync("SET LOCAL lock_timeout = '200ms'", [], cancellationToken).ConfigureAwait(false);

        // Where users' triggers are silent, foreign keys are not checked either: ranges without a job would stay for ever.
        if (await connection.QueryAsync(
            "SELECT FROM lockkeeper.backfills WHERE name = $1 FOR UPDATE", [Name], _ => true, cancellationToken).ConfigureAwait(false) is [])
        {
            throw BackfillException.Cancelled("somebody who deleted it");
        }

        var now = await LeafReader.ReadAsync(connection, job.Table, cancellationToken).ConfigureAwait(false);
        var planned = await ReadPlannedAsync(connection, cancellationToken).ConfigureAwait(false);
        var changes = RangePlanner.Compare(now, planned);
        if (!changes.IsNone)
        {
            var blocks = await LeafReader.ReadBlocksAsync(
                connection, changes.Missing.Select(leaf => leaf.Oid), cancellationToken).ConfigureAwait(false);
            await DropRangesAsync(connection, changes, cancellationToken).ConfigureAwait(false);
            await AddRangesAsync(
                connection,
                [.. changes.Missing.SelectMany(leaf => RangePlanner.Split(leaf, blocks[leaf.Oid]))],
                cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return changes;
    }

    public async Task<Totals> ReadTotalsAsync(CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        return await ReadTotalsAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Totals> ReadTotalsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT coalesce(sum(r.end_block - r.first_block), 0)::bigint,
                   coalesce(sum(r.next_block - r.first_block), 0)::bigint,
                   (b.rows_done + coalesce(sum(r.rows_done), 0))::bigint,
                   (b.chunks + coalesce(sum(r.chunks), 0))::bigint,
                   (b.lock_timeouts + coalesce(sum(r.lock_timeouts), 0))::bigint,
                   (b.statement_timeouts + coalesce(sum(r.statement_timeouts), 0))::bigint,
                   (b.rows_revisited + coalesce(sum(r.rows_revisited), 0))::bigint,
                   b.restarts,
                   count(r.id) FILTER (WHERE NOT r.done)
            FROM lockkeeper.backfills AS b LEFT JOIN lockkeeper.backfill_ranges AS r ON r.backfill = b.name
            WHERE b.name = $1
            GROUP BY b.name
            """;
        var totals = await connection.QueryAsync(
            Sql,
            [Name],
            row => new Totals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4),
                row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8)),
            cancellationToken).ConfigureAwait(false);
        return totals.Single();
    }

    /// <summary>Makes durable what the workers have committed: a commit that is flushed flushes all that came before it.</summary>
    /// <remarks>
    /// What is verified after this cannot be taken back by a crash any more. Without it a crash between the verification and
    /// <see cref="FinishAsync"/> could, and nobody would look again.
    /// </remarks>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            WITH flushed AS MATERIALIZED (
                SELECT set_config('synchronous_commit', 'local', true) WHERE current_setting('synchronous_commit') = 'off')
            UPDATE lockkeeper.backfills SET table_name = table_name WHERE name = $1 AND (SELECT count(*) FROM flushed) >= 0
            """;
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await connection.ExecuteAsync(Sql, [Name], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How often the table is being passed over.</summary>
    public async Task<int> ReadRoundAsync(CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var rounds = await connection.QueryAsync(
            "SELECT round FROM lockkeeper.backfills WHERE name = $1", [Name], row => row.GetInt32(0), cancellationToken).ConfigureAwait(false);
        return rounds.SingleOrDefault(1);
    }

    /// <summary>Begins another round over the whole table, unless another process has done so since: <see cref="ReconcileAsync(CancellationToken)"/> then finds all ranges missing.</summary>
    /// <param name="known">The round that was under way when rows were found to be left.</param>
    /// <param name="most">No more rounds than these.</param>
    /// <param name="cancellationToken">Leaves it at the round that it was.</param>
    /// <returns>Whether there is anything to be filled again.</returns>
    public async Task<bool> BeginRoundAsync(int known, int most, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT b.round, EXISTS (SELECT FROM lockkeeper.backfill_ranges AS r WHERE r.backfill = b.name AND NOT r.done)
            FROM lockkeeper.backfills AS b WHERE b.name = $1 FOR UPDATE
            """;
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var __ = transaction.ConfigureAwait(false);
        var now = await connection.QueryAsync(
            Sql, [Name], row => (Round: row.GetInt32(0), HasOpenRanges: row.GetBoolean(1)), cancellationToken).ConfigureAwait(false);
        if (now is not [var (round, hasOpenRanges)] || round > known || hasOpenRanges || round >= most)
        {
            return now is [var current] && (current.Round > known || current.HasOpenRanges);
        }

        await connection.ExecuteAsync(
            "UPDATE lockkeeper.backfills SET round = round + 1 WHERE name = $1", [Name], cancellationToken).ConfigureAwait(false);
        var planned = await ReadPlannedAsync(connection, cancellationToken).ConfigureAwait(false);
        await DropRangesAsync(connection, new LeafChanges([.. planned.Select(leaf => leaf.Oid)], [], 0), cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await connection.ExecuteAsync(
            "UPDATE lockkeeper.backfills SET finished_at = now() WHERE name = $1 AND finished_at IS NULL",
            [Name],
            cancellationToken).ConfigureAwait(false);
    }

    private NpgsqlParameter Name => new() { Value = job.Name };

    private async Task<ImmutableArray<PlannedLeaf>> ReadPlannedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var planned = await connection.QueryAsync(
            "SELECT leaf, min(relfilenode::bigint) FROM lockkeeper.backfill_ranges WHERE backfill = $1 GROUP BY leaf",
            [Name],
            row => new PlannedLeaf(row.GetFieldValue<uint>(0), (uint)row.GetInt64(1)),
            cancellationToken).ConfigureAwait(false);
        return [.. planned];
    }

    private async Task DropRangesAsync(
        NpgsqlConnection connection, LeafChanges changes, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            WITH dropped AS (
                DELETE FROM lockkeeper.backfill_ranges WHERE backfill = $1 AND leaf = ANY ($2) RETURNING *)
            UPDATE lockkeeper.backfills AS b
            SET restarts = b.restarts + $3,
                rows_done = b.rows_done + d.rows_done,
                chunks = b.chunks + d.chunks,
                lock_timeouts = b.lock_timeouts + d.lock_timeouts,
                statement_timeouts = b.statement_timeouts + d.statement_timeouts,
                rows_revisited = b.rows_revisited + d.rows_revisited
            FROM (SELECT coalesce(sum(rows_done), 0) AS rows_done, coalesce(sum(chunks), 0) AS chunks,
                         coalesce(sum(lock_timeouts), 0) AS lock_timeouts,
                         coalesce(sum(statement_timeouts), 0) AS statement_timeouts,
                         coalesce(sum(rows_revisited), 0) AS rows_revisited FROM dropped) AS d
            WHERE b.name = $1
            """;
        await connection.ExecuteAsync(
            Sql,
            [Name, Oids(changes.Obsolete), new() { Value = (long)changes.Rewritten }],
            cancellationToken).ConfigureAwait(false);
    }

    private async Task AddRangesAsync(
        NpgsqlConnection connection, ImmutableArray<BlockRange> ranges, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            INSERT INTO lockkeeper.backfill_ranges (backfill, leaf, relfilenode, first_block, end_block, next_block)
            SELECT $1, leaf, filenode, first, "end", first
            FROM unnest($2, $3, $4, $5) AS r (leaf, filenode, first, "end")
            """;
        await connection.ExecuteAsync(
            Sql,
            [
                Name,
                Oids(ranges.Select(r => r.Leaf.Oid)),
                Oids(ranges.Select(r => r.Leaf.Filenode)),
                new() { Value = ranges.Select(r => r.First).ToArray() },
                new() { Value = ranges.Select(r => r.End).ToArray() },
            ],
            cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlParameter Oids(IEnumerable<uint> oids) =>
        new() { Value = oids.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid };
}
