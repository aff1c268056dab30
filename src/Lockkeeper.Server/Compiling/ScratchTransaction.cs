using System.Data;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Scripting;
using Npgsql;

namespace Lockkeeper.Server.Compiling;

/// <summary>A transaction that is always rolled back, in which the server is asked what a text means.</summary>
/// <remarks>
/// Only temporary tables are made, so no table of a user's is locked more strongly than by a SELECT.
/// The role needs the TEMPORARY privilege on the database, which PUBLIC has unless it was taken away.
/// </remarks>
internal sealed class ScratchTransaction : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private ScratchTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _connection = connection;
        _transaction = transaction;
    }

    /// <summary>Begins one in which unqualified names are those of the given schema, never a temporary table's.</summary>
    public static async Task<ScratchTransaction> BeginAsync(
        NpgsqlConnection connection,
        CompilingScope scope,
        CancellationToken cancellationToken,
        IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        var transaction = await connection.BeginTransactionAsync(isolation, cancellationToken).ConfigureAwait(false);
        var scratch = new ScratchTransaction(connection, transaction);
        // pg_temp stands last: the copy of a table must not hide the table itself from a subquery.
        await scratch.RunAsync($"SET LOCAL search_path = {scope.Schema}, pg_temp", cancellationToken).ConfigureAwait(false);
        // Compiling a query over the catalog takes longer than running it.
        await scratch.RunAsync("SET LOCAL jit = off", cancellationToken).ConfigureAwait(false);
        if (!scope.Preamble.IsEmpty)
        {
            await SqlRehearsal.LimitAsync(scratch, cancellationToken).ConfigureAwait(false);
        }

        foreach (var statement in scope.Preamble)
        {
            await scratch.RunScriptAsync(statement, cancellationToken).ConfigureAwait(false);
        }

        return scratch;
    }

    /// <summary>From here on the server prints every name qualified.</summary>
    public Task QualifyNamesAsync(CancellationToken cancellationToken) =>
        RunAsync("SET LOCAL search_path = ''", cancellationToken);

    /// <summary>Runs exactly one statement.</summary>
    /// <remarks>A batch, because the driver would otherwise split a user's text at semicolons and run what follows.</remarks>
    public async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(_connection, _transaction) { BatchCommands = { new NpgsqlBatchCommand(sql) } };
        await using (batch.ConfigureAwait(false))
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads all rows of a query.</summary>
    public async Task<List<T>> QueryAsync<T>(
        string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, _connection, _transaction);
        await using (command.ConfigureAwait(false))
        {
            var rows = new List<T>();
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    rows.Add(row(reader));
                }
            }

            return rows;
        }
    }

    /// <summary>Makes an empty temporary table with the columns of a row, under the names that users see.</summary>
    public Task CreateCopyAsync(TableSnapshot row, CancellationToken cancellationToken) =>
        RunAsync(
            $"CREATE TEMPORARY TABLE pg_temp.{row.Name} ({string.Join(", ", row.Columns.Select(Column))}) ON COMMIT DROP",
            cancellationToken);

    /// <summary>Gives the copy's columns the names under which the table stores them, so that the server prints those.</summary>
    public async Task RenameToStoredAsync(TableSnapshot row, CancellationToken cancellationToken)
    {
        var renamed = row.Columns.Where(column => column.StoredAs != column.Name).ToArray();
        // By way of names that nobody uses, because two columns may trade theirs.
        foreach (var (column, place) in renamed.Select((column, place) => (column, place)))
        {
            await RenameAsync(row, column.Name, Detour(place), cancellationToken).ConfigureAwait(false);
        }

        foreach (var (column, place) in renamed.Select((column, place) => (column, place)))
        {
            await RenameAsync(row, Detour(place), column.StoredAs, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection.State == ConnectionState.Open)
        {
            await _transaction.RollbackAsync().ConfigureAwait(false);
        }

        await _transaction.DisposeAsync().ConfigureAwait(false);
    }

    // SQL of the user's that was found harmless may be several statements.
    private async Task RunScriptAsync(string sql, CancellationToken cancellationToken)
    {
        foreach (var statement in SqlScript.Split(sql))
        {
            await RunAsync(statement.Sql, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task RenameAsync(TableSnapshot row, Identifier from, Identifier to, CancellationToken cancellationToken) =>
        RunAsync($"ALTER TABLE pg_temp.{row.Name} RENAME COLUMN {from} TO {to}", cancellationToken);

    private static Identifier Detour(int place) => new($"lockkeeper_detour_{place}");

    private static string Column(ColumnSnapshot column) =>
        $"{column.Name} {column.Type}{(column.Collation is null ? "" : $" COLLATE {column.Collation}")}";
}
