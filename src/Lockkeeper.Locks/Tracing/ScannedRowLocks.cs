using System.Collections.Immutable;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Row locks by <c>pgrowlocks</c>, which reads the whole table: those that the transaction has after a statement and had not before.</summary>
/// <param name="observer">The second session.</param>
/// <param name="tables">The tables that were there before, by OID.</param>
internal sealed class ScannedRowLocks(NpgsqlConnection observer, ImmutableDictionary<uint, TableName> tables) : IRowLockSource
{
    private ImmutableDictionary<(uint Table, string Row), (RowLock Strength, bool Changed)> _before =
        ImmutableDictionary<(uint, string), (RowLock, bool)>.Empty;

    public async Task MarkAsync(TransactionState before, CancellationToken cancellationToken) =>
        _before = await ReadAsync(before, cancellationToken).ConfigureAwait(false);

    public async Task<ImmutableArray<TracedRows>> SinceMarkAsync(
        TransactionState before, TransactionState after, CancellationToken cancellationToken) =>
        TracedRows.Count(
            (await ReadAsync(after, cancellationToken).ConfigureAwait(false))
                .Where(found => !_before.TryGetValue(found.Key, out var old) || old != found.Value)
                .Select(found => (tables[found.Key.Table], found.Value.Strength, found.Value.Changed)));

    private async Task<ImmutableDictionary<(uint Table, string Row), (RowLock Strength, bool Changed)>> ReadAsync(
        TransactionState state, CancellationToken cancellationToken)
    {
        var rows = ImmutableDictionary.CreateBuilder<(uint, string), (RowLock, bool)>();

        // Who holds ACCESS EXCLUSIVE would keep the second session waiting for ever: nobody can lock a row then anyway.
        foreach (var (oid, _) in state.Locks.Where(held => held.Value is >= LockMode.RowShare and < LockMode.AccessExclusive))
        {
            var found = await observer.QueryAsync(
                "SELECT locked_row::text, modes FROM pgrowlocks($1)",
                [new NpgsqlParameter<string> { TypedValue = tables[oid].ToString() }],
                row => (Row: row.GetString(0), Modes: row.GetFieldValue<string[]>(1)),
                cancellationToken).ConfigureAwait(false);
            rows.AddRange(found.Select(row => KeyValuePair.Create((oid, row.Row), StrongestOf(row.Modes))));
        }

        return rows.ToImmutable();
    }

    // 17 says "For Share" where those before say "Share".
    private static (RowLock Strength, bool Changed) StrongestOf(string[] modes) => modes.Select(mode => mode switch
    {
        "Key Share" or "For Key Share" => (RowLock.KeyShare, false),
        "Share" or "For Share" => (RowLock.Share, false),
        "For No Key Update" => (RowLock.NoKeyUpdate, false),
        "No Key Update" => (RowLock.NoKeyUpdate, true),
        "Update" => (RowLock.Update, true),
        _ => (RowLock.Update, false),
    }).Max();
}
