using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Locks.Tracing;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Locks;

/// <summary>Runs a script and says after each statement what it locked, what that blocks, and what would hurt on a live server.</summary>
/// <param name="dataSource">A database of one's own, with the schema: the script runs there, and its locks are held for as long as it does. Never a live one.</param>
/// <remarks>
/// The script runs in a transaction that is rolled back. Where it has COMMIT itself, what stands before is committed. It makes the extension
/// <c>pgrowlocks</c> where the server has it.
/// </remarks>
public sealed class LockTracer(NpgsqlDataSource dataSource)
{
    private const string Savepoint = "lockkeeper_trace";

    /// <summary>The names of the rules by which a finding is made.</summary>
    public static ImmutableArray<string> Rules => TraceRules.Names;

    /// <summary>Runs a script up to its end or its first error, and rolls it back.</summary>
    /// <param name="script">The statements.</param>
    /// <param name="cancellationToken">Ends it; what the script did since its last COMMIT is undone.</param>
    /// <exception cref="PostgresException">The database could not be looked at; an error of the script is in its trace instead.</exception>
    public async Task<LockTrace> TraceAsync(string script, CancellationToken cancellationToken = default)
    {
        var statements = ScriptSplitter.Split(script);
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var observer = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = observer.ConfigureAwait(false);
        var seesRows = await RowLockWatch.PrepareAsync(observer, cancellationToken).ConfigureAwait(false);
        var watch = await TransactionWatch.BeginAsync(connection, cancellationToken).ConfigureAwait(false);
        var rows = seesRows ? new RowLockWatch(observer, watch.Tables) : null;

        var traced = ImmutableArray.CreateBuilder<TracedStatement>();
        await ExecuteAsync(connection, "BEGIN", cancellationToken).ConfigureAwait(false);
        foreach (var statement in statements)
        {
            if (Boundary(statement.Sql) is { } end)
            {
                await ExecuteAsync(connection, $"{end}; BEGIN", cancellationToken).ConfigureAwait(false);
                continue;
            }

            traced.Add(await RunAsync(connection, statement, watch, rows, cancellationToken).ConfigureAwait(false));
            if (traced[^1] is { Error: not null, NeedsNoTransaction: false })
            {
                break;
            }
        }

        await ExecuteAsync(connection, "ROLLBACK", cancellationToken).ConfigureAwait(false);
        return new LockTrace(traced.ToImmutable(), [.. traced.SelectMany(TraceRules.Check)]);
    }

    private static async Task<TracedStatement> RunAsync(
        NpgsqlConnection connection, ScriptStatement statement, TransactionWatch watch, RowLockWatch? rows, CancellationToken cancellationToken)
    {
        var before = await watch.ReadAsync(cancellationToken).ConfigureAwait(false);
        var rowsBefore = rows is null ? [] : await rows.ReadAsync(before, cancellationToken).ConfigureAwait(false);
        var timeout = (await connection.QueryAsync(
            "SELECT current_setting('lock_timeout')", [], row => row.GetString(0), cancellationToken).ConfigureAwait(false))[0];
        var guarded = !IsAboutSavepoints(statement.Sql);
        await ExecuteAsync(connection, guarded ? $"SAVEPOINT {Savepoint}" : "", cancellationToken).ConfigureAwait(false);
        try
        {
            await ExecuteAsync(connection, statement.Sql, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refused)
        {
            await ExecuteAsync(connection, guarded ? $"ROLLBACK TO {Savepoint}" : "", cancellationToken).ConfigureAwait(false);
            return new TracedStatement(statement, [])
            {
                Error = refused.MessageText,
                NeedsNoTransaction = refused.SqlState == PostgresErrorCodes.ActiveSqlTransaction,
            };
        }

        await ExecuteAsync(connection, guarded ? $"RELEASE {Savepoint}" : "", cancellationToken).ConfigureAwait(false);
        var after = await watch.ReadAsync(cancellationToken).ConfigureAwait(false);
        var rowsAfter = rows is null ? [] : await rows.ReadAsync(after, cancellationToken).ConfigureAwait(false);
        return new TracedStatement(statement, Locks(after, oid => !before.Locks.TryGetValue(oid, out var mode) || mode < after.Locks[oid]))
        {
            HeldBefore = Locks(before, _ => true),
            Rewritten = Names(after.Files.Where(file => before.Files.TryGetValue(file.Key, out var old) && old != file.Value).Select(file => file.Key)),
            Scanned = Names(after.Scans.Where(scan => scan.Value > before.Scans.GetValueOrDefault(scan.Key)).Select(scan => scan.Key)),
            ValidatedAtOnce =
            [
                .. QueryShape.Of(statement.Sql).ToUpperInvariant().Contains(" VALIDATE ", StringComparison.Ordinal)
                    ? []
                    : after.Constraints.Where(constraint => !before.Constraints.ContainsKey(constraint.Key)).Select(constraint => constraint.Value),
            ],
            Rows = [.. rowsAfter.Except(rowsBefore)],
            HasLockTimeout = timeout != "0",
        };

        ImmutableArray<TracedLock> Locks(TransactionState state, Func<uint, bool> wanted) =>
            [.. state.Locks.Where(held => wanted(held.Key)).OrderByDescending(held => held.Value).Select(held => new TracedLock(watch.Tables[held.Key], held.Value))];

        ImmutableArray<TableName> Names(IEnumerable<uint> oids) => [.. oids.Select(oid => watch.Tables[oid])];
    }

    // What begins and ends transactions is done by us, around it.
    private static string? Boundary(string sql) => QueryShape.Of(sql).ToUpperInvariant().TrimEnd().Split(' ')[0] switch
    {
        "COMMIT" or "END" => "COMMIT",
        "ROLLBACK" or "ABORT" when !QueryShape.Of(sql).ToUpperInvariant().Contains(" TO ", StringComparison.Ordinal) => "ROLLBACK",
        "BEGIN" => "COMMIT",
        "START" => "COMMIT",
        _ => null,
    };

    // The script's own savepoints must outlive the statement that makes them, so nothing is put around it.
    private static bool IsAboutSavepoints(string sql) => QueryShape.Verb(sql) is "SAVEPOINT" or "RELEASE" or "ROLLBACK";

    [SuppressMessage("Security", "CA2100", Justification = "The script is the caller's own, for a database of one's own.")]
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // Not through parameters, so that a function's body of several statements and everything else that psql takes is taken.
        if (sql.Length == 0)
        {
            return;
        }

        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
