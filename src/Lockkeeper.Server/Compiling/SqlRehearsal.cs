using System.Collections.Immutable;
using System.Data;
using System.Globalization;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Reading;
using Npgsql;

namespace Lockkeeper.Server.Compiling;

/// <summary>Tries SQL of the user's in a transaction that is undone, and sees what it makes of the schema and what it locks.</summary>
public static class SqlRehearsal
{
    /// <summary>How long a lock is waited for: well below <c>deadlock_timeout</c>, so that no client that waits for us is ever the victim.</summary>
    public static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(300);

    /// <summary>How long the SQL may take. Whatever it locks, others wait for as long, and for nothing.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    // What is tried once for each question of a plan must not add up to a pause that somebody notices.
    private static readonly TimeSpan LongestToRepeat = TimeSpan.FromMilliseconds(200);

    /// <summary>Tries the SQL. Sequences that it draws from stay advanced; nothing else is changed.</summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="schema">Where unqualified names are looked up, and what is looked at.</param>
    /// <param name="before">What is run first, and undone as well.</param>
    /// <param name="sql">One or several statements.</param>
    /// <param name="cancellationToken">Stops; nothing was changed.</param>
    /// <exception cref="PostgresException">The server refuses it; 25001 when it cannot run in a transaction, 57014 when it takes too long.</exception>
    public static async Task<RehearsedSql> RunAsync(
        NpgsqlConnection connection, Identifier schema, ImmutableArray<string> before, string sql, CancellationToken cancellationToken = default)
    {
        var scratch = await ScratchTransaction.BeginAsync(connection, new CompilingScope(schema, []), cancellationToken).ConfigureAwait(false);
        await using (scratch.ConfigureAwait(false))
        {
            await LimitAsync(scratch, cancellationToken).ConfigureAwait(false);
            var found = await RelationsAsync(scratch, cancellationToken).ConfigureAwait(false);
            var began = await ClockAsync(scratch, cancellationToken).ConfigureAwait(false);
            foreach (var statement in before)
            {
                await scratch.RunAsync(Whole(statement), cancellationToken).ConfigureAwait(false);
            }

            var prepared = await RelationsAsync(scratch, cancellationToken).ConfigureAwait(false);
            var held = await LocksAsync(scratch, prepared, cancellationToken).ConfigureAwait(false);
            var was = await ReadAsync(connection, scratch, schema, cancellationToken).ConfigureAwait(false);
            await scratch.RunAsync(Whole(sql), cancellationToken).ConfigureAwait(false);
            var took = await ClockAsync(scratch, cancellationToken).ConfigureAwait(false) - began;
            var locks = await LocksAsync(scratch, prepared, cancellationToken).ConfigureAwait(false);
            var now = await ReadAsync(connection, scratch, schema, cancellationToken).ConfigureAwait(false);
            var harmless = took < LongestToRepeat && locks.All(l => l.Value <= LockMode.RowShare || !found.ContainsValue(l.Key));
            return new RehearsedSql(
                was,
                now,
                [
                    .. locks.Where(l => !held.TryGetValue(l.Key, out var mode) || mode < l.Value)
                        .Select(l => new TableLock(l.Key, l.Value)).OrderBy(l => l.Table.ToString(), StringComparer.Ordinal),
                ],
                harmless);
        }
    }

    /// <summary>Reads what there will be behind statements that are tried and undone.</summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="schema">Where unqualified names are looked up.</param>
    /// <param name="before">The statements; those of operations before the one that asks.</param>
    /// <param name="read">Reads, in the transaction that is open then, and in one snapshot.</param>
    /// <param name="cancellationToken">Stops; nothing was changed.</param>
    /// <exception cref="PostgresException">The server refuses a statement.</exception>
    public static async Task<T> ReadBehindAsync<T>(
        NpgsqlConnection connection,
        Identifier schema,
        ImmutableArray<string> before,
        Func<Task<T>> read,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        var scratch = await ScratchTransaction
            .BeginAsync(connection, new CompilingScope(schema, []), cancellationToken, IsolationLevel.RepeatableRead).ConfigureAwait(false);
        await using (scratch.ConfigureAwait(false))
        {
            await LimitAsync(scratch, cancellationToken).ConfigureAwait(false);
            foreach (var statement in before)
            {
                await scratch.RunAsync(Whole(statement), cancellationToken).ConfigureAwait(false);
            }

            // Under the same limits: whatever the statements locked is held meanwhile.
            return await read().ConfigureAwait(false);
        }
    }

    // Inside a function the server refuses COMMIT and ROLLBACK, with which the text would otherwise end this transaction and stay.
    private static string Whole(string sql) => $"DO {new Literal($"BEGIN EXECUTE {new Literal(sql)}; END")}";

    /// <summary>Keeps what is tried from waiting for others, and others from waiting for it.</summary>
    internal static async Task LimitAsync(ScratchTransaction scratch, CancellationToken cancellationToken)
    {
        await scratch.RunAsync(Limit("lock_timeout", LockTimeout), cancellationToken).ConfigureAwait(false);
        await scratch.RunAsync(Limit("statement_timeout", Longest), cancellationToken).ConfigureAwait(false);
    }

    private static string Limit(string setting, TimeSpan limit) =>
        string.Create(CultureInfo.InvariantCulture, $"SET LOCAL {setting} = {(long)limit.TotalMilliseconds}");

    private static async Task<SchemaSnapshot> ReadAsync(
        NpgsqlConnection connection, ScratchTransaction scratch, Identifier schema, CancellationToken cancellationToken)
    {
        var snapshot = await CatalogReader.ReadInTransactionAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        await scratch.RunAsync($"SET LOCAL search_path = {schema}, pg_temp", cancellationToken).ConfigureAwait(false);
        return snapshot ?? new SchemaSnapshot(schema, SchemaSnapshot.NoTables);
    }

    private static async Task<DateTime> ClockAsync(ScratchTransaction scratch, CancellationToken cancellationToken) =>
        (await scratch.QueryAsync("SELECT clock_timestamp()", row => row.GetDateTime(0), cancellationToken).ConfigureAwait(false))[0];

    private static async Task<Dictionary<uint, TableName>> RelationsAsync(ScratchTransaction scratch, CancellationToken cancellationToken)
    {
        var rows = await scratch.QueryAsync(
            """
            SELECT c.oid, n.nspname, c.relname
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname, 'pg_')
            """,
            row => (row.GetFieldValue<uint>(0), new TableName(row.Name(1), row.Name(2))),
            cancellationToken).ConfigureAwait(false);
        return rows.ToDictionary(row => row.Item1, row => row.Item2);
    }

    private static async Task<Dictionary<TableName, LockMode>> LocksAsync(
        ScratchTransaction scratch, Dictionary<uint, TableName> relations, CancellationToken cancellationToken)
    {
        var rows = await scratch.QueryAsync(
            """
            SELECT relation, mode FROM pg_catalog.pg_locks
            WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted
              AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
            """,
            row => (Relation: row.GetFieldValue<uint>(0), Mode: Enum.Parse<LockMode>(row.GetString(1).Replace("Lock", "", StringComparison.Ordinal))),
            cancellationToken).ConfigureAwait(false);
        return rows.Where(row => relations.ContainsKey(row.Relation)).GroupBy(row => relations[row.Relation])
            .ToDictionary(table => table.Key, table => table.Max(row => row.Mode));
    }
}
