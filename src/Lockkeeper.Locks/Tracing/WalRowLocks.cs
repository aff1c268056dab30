using System.Collections.Immutable;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Row locks by what the server wrote into its log (<c>pg_walinspect</c>, 15 and later): exact for each statement, and reads no table.</summary>
/// <remarks>
/// Whose record it is, is not asked: the database is one's own, and what the server does by itself locks no row. Temporary and unlogged tables
/// do not show, nor does a lock that the transaction had already.
/// </remarks>
/// <param name="observer">The second session.</param>
/// <param name="tables">The tables that were there before, by OID.</param>
/// <param name="database">The OID of the database, which is part of a file's address.</param>
internal sealed class WalRowLocks(NpgsqlConnection observer, ImmutableDictionary<uint, TableName> tables, uint database) : IRowLockSource
{
    // Only what is on disk can be read; a commit that waits for the disk brings along all that was written before it.
    private const string FlushSql = """
        SELECT set_config('synchronous_commit', 'on', true), pg_logical_emit_message(true, 'lockkeeper', '')
        """;

    private const string RecordsSql = """
        SELECT record_type, description, block_ref
        FROM pg_get_wal_records_info($1::pg_lsn, $2::pg_lsn)
        WHERE resource_manager IN ('Heap', 'Heap2') AND record_type ~ '^(LOCK|UPDATE|HOT_UPDATE|DELETE)'
        """;

    private string _mark = "";

    public static async Task<bool> MayReadAsync(NpgsqlConnection observer, CancellationToken cancellationToken) => (await observer.QueryAsync(
        "SELECT has_function_privilege('pg_get_wal_records_info(pg_lsn, pg_lsn)', 'EXECUTE')", [], row => row.GetBoolean(0), cancellationToken)
        .ConfigureAwait(false))[0];

    public static async Task<WalRowLocks> CreateAsync(
        NpgsqlConnection observer, ImmutableDictionary<uint, TableName> tables, CancellationToken cancellationToken)
    {
        var database = await observer.QueryAsync(
            "SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()", [], row => row.GetFieldValue<uint>(0), cancellationToken)
            .ConfigureAwait(false);
        return new WalRowLocks(observer, tables, database[0]);
    }

    public async Task MarkAsync(TransactionState before, CancellationToken cancellationToken) =>
        _mark = await FlushAsync(cancellationToken).ConfigureAwait(false);

    public async Task<ImmutableArray<TracedRows>> SinceMarkAsync(
        TransactionState before, TransactionState after, CancellationToken cancellationToken)
    {
        var end = await FlushAsync(cancellationToken).ConfigureAwait(false);
        var records = await observer.QueryAsync(
            RecordsSql,
            [new NpgsqlParameter<string> { TypedValue = _mark }, new NpgsqlParameter<string> { TypedValue = end }],
            row => WalRow.Read(row.GetString(0), row.GetString(1), row.GetString(2)),
            cancellationToken).ConfigureAwait(false);

        // A statement can give a table a new file; what it did before, it did in the old one.
        var files = before.Files.Concat(after.Files).DistinctBy(file => file.Value).ToDictionary(file => file.Value, file => tables[file.Key]);
        var rows = records.OfType<WalRow>().Where(row => row.Database == database && files.ContainsKey(row.File))
            .GroupBy(row => (row.File, row.Block, row.Offset))
            .Select(row => (files[row.Key.File], row.Max(lockOf => lockOf.Strength), row.Any(lockOf => lockOf.Changed)));
        return TracedRows.Count(rows);
    }

    private async Task<string> FlushAsync(CancellationToken cancellationToken)
    {
        await observer.QueryAsync(FlushSql, [], row => row.FieldCount, cancellationToken).ConfigureAwait(false);
        return (await observer.QueryAsync(
            "SELECT pg_current_wal_flush_lsn()::text", [], row => row.GetString(0), cancellationToken).ConfigureAwait(false))[0];
    }
}
