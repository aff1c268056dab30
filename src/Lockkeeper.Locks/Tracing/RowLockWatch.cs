using System.Collections.Immutable;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Reads from a second session which rows a transaction has locked. Needs the extension <c>pgrowlocks</c>; without it, nothing is known.</summary>
/// <param name="observer">The second session.</param>
/// <param name="tables">The tables that were there before, by OID.</param>
internal sealed class RowLockWatch(NpgsqlConnection observer, ImmutableDictionary<uint, TableName> tables)
{
    public async Task<ImmutableArray<TracedRows>> ReadAsync(TransactionState state, CancellationToken cancellationToken)
    {
        var rows = ImmutableArray.CreateBuilder<TracedRows>();

        // Who holds ACCESS EXCLUSIVE would keep the second session waiting for ever: nobody can lock a row then anyway.
        foreach (var (oid, _) in state.Locks.Where(held => held.Value is >= LockMode.RowShare and < LockMode.AccessExclusive))
        {
            var found = await observer.QueryAsync(
                "SELECT m.mode, count(*) FROM pgrowlocks($1) r CROSS JOIN LATERAL unnest(r.modes) AS m (mode) GROUP BY m.mode ORDER BY m.mode",
                [new NpgsqlParameter<string> { TypedValue = tables[oid].ToString() }],
                row => new TracedRows(tables[oid], row.GetString(0), row.GetInt64(1)),
                cancellationToken).ConfigureAwait(false);
            rows.AddRange(found);
        }

        return rows.ToImmutable();
    }

    /// <summary>Makes the extension; false where the server does not have it.</summary>
    public static async Task<bool> PrepareAsync(NpgsqlConnection observer, CancellationToken cancellationToken)
    {
        try
        {
            await observer.ExecuteAsync("CREATE EXTENSION IF NOT EXISTS pgrowlocks WITH SCHEMA pg_catalog", [], cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException missing) when (missing.SqlState is PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.UndefinedFile
            or PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }
}
