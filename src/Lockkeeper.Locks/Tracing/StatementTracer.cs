using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Lockkeeper.Server.Scripting;
using Npgsql;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Runs one statement after the other in the transaction that is open, and says of each what it did.</summary>
/// <param name="connection">The transaction's connection.</param>
/// <param name="watch">Looks at it from inside.</param>
/// <param name="rows">Looks at the rows that it locks; null where the server has nothing for that.</param>
internal sealed class StatementTracer(NpgsqlConnection connection, TransactionWatch watch, IRowLockSource? rows)
{
    private const string Savepoint = "lockkeeper_trace";

    public async Task<TracedStatement> RunAsync(ScriptStatement statement, int transaction, CancellationToken cancellationToken)
    {
        if (WhyNot(statement) is { } reason)
        {
            return new TracedStatement(statement, []) { Transaction = transaction, Error = reason };
        }

        var before = await watch.ReadAsync(cancellationToken).ConfigureAwait(false);
        await (rows?.MarkAsync(before, cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
        var timeout = (await connection.QueryAsync(
            "SELECT current_setting('lock_timeout')", [], row => row.GetString(0), cancellationToken).ConfigureAwait(false))[0];
        if (await TryAsync(statement, cancellationToken).ConfigureAwait(false) is { } refused)
        {
            return new TracedStatement(statement, [])
            {
                Transaction = transaction,
                Error = refused.MessageText,
                NeedsNoTransaction = refused.SqlState == PostgresErrorCodes.ActiveSqlTransaction,
            };
        }

        var after = await watch.ReadAsync(cancellationToken).ConfigureAwait(false);
        var locked = rows is null ? [] : await rows.SinceMarkAsync(before, after, cancellationToken).ConfigureAwait(false);
        return Compare(statement, transaction, before, after, locked, timeout != "0");
    }

    private TracedStatement Compare(
        ScriptStatement statement, int transaction, TransactionState before, TransactionState after, ImmutableArray<TracedRows> locked, bool hasLockTimeout)
    {
        return new TracedStatement(statement, Locks(after, oid => !before.Locks.TryGetValue(oid, out var mode) || mode < after.Locks[oid]))
        {
            Transaction = transaction,
            HeldBefore = Locks(before, _ => true),
            Rewritten = Names(after.Files.Where(file => before.Files.TryGetValue(file.Key, out var old) && old != file.Value).Select(file => file.Key)),
            Scanned = Names(after.Scans.Where(scan => scan.Value > before.Scans.GetValueOrDefault(scan.Key)).Select(scan => scan.Key)),
            ValidatedAtOnce = Constraints((old, now) => old is null && now),
            AddedNotValid = Constraints((old, now) => old is null && !now),
            Validated = Constraints((old, now) => old == false && now),
            Rows = locked,
            HasLockTimeout = hasLockTimeout,
        };

        ImmutableArray<TracedLock> Locks(TransactionState state, Func<uint, bool> wanted) =>
            [.. state.Locks.Where(held => wanted(held.Key)).OrderByDescending(held => held.Value).ThenBy(held => held.Key).Select(held => new TracedLock(watch.Tables[held.Key], held.Value))];

        ImmutableArray<string> Constraints(Func<bool?, bool, bool> wanted) =>
        [
            .. after.Constraints.Where(found => wanted(before.Constraints.TryGetValue(found.Key, out var old) ? old.IsValidated : null, found.Value.IsValidated))
                .Select(found => found.Value.Name),
        ];

        ImmutableArray<TableName> Names(IEnumerable<uint> oids) => [.. oids.Select(oid => watch.Tables[oid])];
    }

    private static string? WhyNot(ScriptStatement statement) => statement.Kind switch
    {
        SqlStatementKind.Transaction => "a prepared transaction outlives its session, and is not traced",
        SqlStatementKind.CopyOverConnection => "it moves rows over the connection, and trace has none to give; use INSERT, or COPY with a file",
        _ => null,
    };

    private async Task<PostgresException?> TryAsync(ScriptStatement statement, CancellationToken cancellationToken)
    {
        // The script's own savepoints must outlive the statement that makes them, so nothing is put around it.
        var guarded = QueryShape.Verb(statement.Sql) is not ("SAVEPOINT" or "RELEASE" or "ROLLBACK");
        await GuardAsync(guarded, "SAVEPOINT", cancellationToken).ConfigureAwait(false);
        try
        {
            await ExecuteAsync(statement.Sql, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refused)
        {
            await GuardAsync(guarded, "ROLLBACK TO", cancellationToken).ConfigureAwait(false);
            return refused;
        }

        await GuardAsync(guarded, "RELEASE", cancellationToken).ConfigureAwait(false);
        return null;
    }

    private Task GuardAsync(bool guarded, string verb, CancellationToken cancellationToken) =>
        guarded ? connection.ExecuteAsync($"{verb} {Savepoint}", [], cancellationToken) : Task.CompletedTask;

    [SuppressMessage("Security", "CA2100", Justification = "The script is the caller's own, for a database of one's own.")]
    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        // A script may take as long as it takes.
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
