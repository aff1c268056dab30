using System.Collections.Immutable;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Reads from inside of a transaction what it has done so far.</summary>
/// <param name="connection">The transaction's connection.</param>
/// <param name="tables">The tables that were there before, by OID.</param>
internal sealed class TransactionWatch(NpgsqlConnection connection, ImmutableDictionary<uint, TableName> tables)
{
    private const string TablesSql = """
        SELECT c.oid, n.nspname, c.relname
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_toast%'
        """;

    private const string LocksSql =
        "SELECT relation, mode FROM pg_catalog.pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted";

    private const string FilesSql =
        "SELECT oid, coalesce(pg_relation_filenode(oid), 0)::int8 FROM pg_catalog.pg_class WHERE relkind IN ('r', 'm')";

    private const string ScansSql = "SELECT relid, coalesce(seq_scan, 0) FROM pg_catalog.pg_stat_xact_user_tables";

    private const string ConstraintsSql = """
        SELECT oid, conrelid, quote_ident(conname), convalidated FROM pg_catalog.pg_constraint WHERE contype IN ('c', 'f') AND conrelid <> 0
        """;

    public ImmutableDictionary<uint, TableName> Tables => tables;

    public static async Task<TransactionWatch> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            TablesSql, [], row => (Oid: row.GetFieldValue<uint>(0), Name: new TableName(new Identifier(row.GetString(1)), new Identifier(row.GetString(2)))),
            cancellationToken).ConfigureAwait(false);
        return new TransactionWatch(connection, rows.ToImmutableDictionary(row => row.Oid, row => row.Name));
    }

    public async Task<TransactionState> ReadAsync(CancellationToken cancellationToken)
    {
        var locks = await connection.QueryAsync(
            LocksSql, [], row => (Oid: row.GetFieldValue<uint>(0), Mode: LockModeName.Parse(row.GetString(1))), cancellationToken).ConfigureAwait(false);
        var files = await PairsAsync(FilesSql, cancellationToken).ConfigureAwait(false);
        var scans = await PairsAsync(ScansSql, cancellationToken).ConfigureAwait(false);
        var constraints = await connection.QueryAsync(
            ConstraintsSql,
            [],
            row => (Oid: row.GetFieldValue<uint>(0), Table: row.GetFieldValue<uint>(1), Name: row.GetString(2), IsValidated: row.GetBoolean(3)),
            cancellationToken).ConfigureAwait(false);
        return new TransactionState
        {
            Locks = locks.Where(l => l.Mode is not null && tables.ContainsKey(l.Oid))
                .GroupBy(l => l.Oid).ToImmutableDictionary(g => g.Key, g => g.Max(l => l.Mode!.Value)),
            Files = files,
            Scans = scans,
            Constraints = constraints.Where(c => tables.ContainsKey(c.Table)).ToImmutableDictionary(c => c.Oid, c => (c.Name, c.IsValidated)),
        };
    }

    private async Task<ImmutableDictionary<uint, long>> PairsAsync(string sql, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(sql, [], row => (Oid: row.GetFieldValue<uint>(0), Value: row.GetInt64(1)), cancellationToken).ConfigureAwait(false))
        .Where(row => tables.ContainsKey(row.Oid)).ToImmutableDictionary(row => row.Oid, row => row.Value);
}
