using System.Globalization;
using Npgsql;

namespace Lockkeeper.Server.Running;

/// <summary>One short statement with positional parameters, run to its end, so that nothing stays open behind it.</summary>
public static class ConnectionQueries
{
    // How long a statement may take is for the server's statement_timeout to say, which undoes it and reports it. This is the backstop
    // for a server that went away without a word; a client that stops waiting earlier knows neither what was done nor what is running.
    private const int SecondsToWaitForAnAnswer = 120;

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    /// <param name="connection">An open connection that is doing nothing else.</param>
    /// <param name="sql">The statement, with its parameters as <c>$1</c>, <c>$2</c>.</param>
    /// <param name="parameters">Their values, in order.</param>
    /// <param name="cancellationToken">Cancels the statement on the server, which undoes it.</param>
    public static async Task<int> ExecuteAsync(
        this NpgsqlConnection connection,
        string sql,
        IEnumerable<NpgsqlParameter> parameters,
        CancellationToken cancellationToken)
    {
        var command = Command(connection, sql, parameters);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a statement and returns its rows.</summary>
    /// <param name="connection">An open connection that is doing nothing else.</param>
    /// <param name="sql">The statement, with its parameters as <c>$1</c>, <c>$2</c>.</param>
    /// <param name="parameters">Their values, in order.</param>
    /// <param name="row">Makes a value of the row at which the reader stands.</param>
    /// <param name="cancellationToken">Cancels the statement on the server, which undoes it.</param>
    public static async Task<IReadOnlyList<T>> QueryAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        IEnumerable<NpgsqlParameter> parameters,
        Func<NpgsqlDataReader, T> row,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var command = Command(connection, sql, parameters);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await ReadAsync(reader, row, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Runs a statement in a transaction and a round trip of its own, under a <c>statement_timeout</c> of its own, and returns its rows.</summary>
    /// <param name="connection">An open connection that is doing nothing else, and is in no transaction.</param>
    /// <param name="sql">The statement, with its parameters as <c>$1</c>, <c>$2</c>.</param>
    /// <param name="parameters">Their values, in order.</param>
    /// <param name="row">Makes a value of the row at which the reader stands.</param>
    /// <param name="timeout">How long the statement may take, in whole milliseconds; the session's own timeout holds before and after.</param>
    /// <param name="cancellationToken">Cancels the statement on the server, which undoes it.</param>
    /// <remarks>
    /// What is sent between two Syncs is one transaction, to which the setting is local, and the server starts its timer anew for each statement
    /// of it (manual, 20.11.1, statement_timeout).
    /// </remarks>
    public static async Task<IReadOnlyList<T>> QueryAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        IEnumerable<NpgsqlParameter> parameters,
        Func<NpgsqlDataReader, T> row,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var limit = new NpgsqlBatchCommand("SELECT set_config('statement_timeout', $1, true)");
        limit.Parameters.Add(new NpgsqlParameter<string>
        {
            TypedValue = ((long)timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
        });
        var statement = new NpgsqlBatchCommand(sql);
        statement.Parameters.AddRange(parameters.ToArray());
        var batch = new NpgsqlBatch(connection) { BatchCommands = { limit, statement }, Timeout = SecondsToWaitForAnAnswer };
        await using (batch.ConfigureAwait(false))
        {
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                return await ReadAsync(reader, row, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlDataReader reader, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    private static NpgsqlCommand Command(
        NpgsqlConnection connection, string sql, IEnumerable<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = SecondsToWaitForAnAnswer };
        command.Parameters.AddRange(parameters.ToArray());
        return command;
    }
}
