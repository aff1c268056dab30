using System.Collections.Immutable;
using Lockkeeper.Locks.Tracing;
using Lockkeeper.Server.Running;
using Lockkeeper.Server.Scripting;
using Npgsql;

namespace Lockkeeper.Locks;

/// <summary>Runs a script and says after each statement what it locked, what that blocks, and what would hurt on a live server.</summary>
/// <param name="dataSource">A database of one's own, with the schema: the script runs there, and its locks are held for as long as it does. Never a live one.</param>
/// <param name="options">How; null for the defaults, by which everything that the script does is rolled back.</param>
/// <remarks>
/// What stays: the extensions <c>pg_walinspect</c> or <c>pgrowlocks</c>, made where the server has them and the role may, and what no transaction
/// undoes, such as the values that a sequence has given.
/// </remarks>
public sealed class LockTracer(NpgsqlDataSource dataSource, LockTracerOptions? options = null)
{
    /// <summary>The names of the rules by which a finding is made.</summary>
    public static ImmutableArray<string> Rules => TraceRules.Names;

    /// <summary>Runs a script up to its end or its first error, and rolls it back.</summary>
    /// <param name="script">The statements.</param>
    /// <param name="cancellationToken">Ends it; what the script did, or has not committed yet, is undone.</param>
    /// <exception cref="LocksException">The script commits or rolls back (LK4010), and that is not allowed by the options; nothing was run.</exception>
    /// <exception cref="PostgresException">The database could not be looked at; an error of the script is in its trace instead.</exception>
    public async Task<LockTrace> TraceAsync(string script, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(script);
        var statements = TraceScript.WithoutFrame(TraceScript.Split(script));
        if (options is not { MayCommit: true }
            && statements.FirstOrDefault(statement => statement.Kind == SqlStatementKind.Transaction) is { } boundary)
        {
            throw LocksException.WouldCommit(boundary);
        }

        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var observer = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = observer.ConfigureAwait(false);
        var watch = await TransactionWatch.BeginAsync(connection, cancellationToken).ConfigureAwait(false);
        var rows = await RowLockSources.ChooseAsync(observer, watch.Tables, cancellationToken).ConfigureAwait(false);
        var traced = await RunAsync(new StatementTracer(connection, watch, rows), connection, statements, cancellationToken).ConfigureAwait(false);
        return new LockTrace(traced, TraceRules.Check(traced))
        {
            Notes = rows is null ? ["Which rows are locked is not shown: the server has neither pg_walinspect (15 and later) nor pgrowlocks, or the role may not use them."] : [],
        };
    }

    private static async Task<ImmutableArray<TracedStatement>> RunAsync(
        StatementTracer tracer, NpgsqlConnection connection, ImmutableArray<ScriptStatement> statements, CancellationToken cancellationToken)
    {
        var traced = ImmutableArray.CreateBuilder<TracedStatement>();
        var transaction = 1;
        await connection.ExecuteAsync("BEGIN", [], cancellationToken).ConfigureAwait(false);
        foreach (var statement in statements)
        {
            // What begins and ends transactions is done by us, around it.
            if (statement.Kind == SqlStatementKind.Transaction && TraceScript.EndOf(statement) is { } end)
            {
                await connection.ExecuteAsync($"{end}; BEGIN", [], cancellationToken).ConfigureAwait(false);
                transaction += traced.Count > 0 && traced[^1].Transaction == transaction ? 1 : 0;
                continue;
            }

            traced.Add(await tracer.RunAsync(statement, transaction, cancellationToken).ConfigureAwait(false));
            if (traced[^1] is { Error: not null, NeedsNoTransaction: false })
            {
                break;
            }
        }

        await connection.ExecuteAsync("ROLLBACK", [], cancellationToken).ConfigureAwait(false);
        return traced.ToImmutable();
    }
}
