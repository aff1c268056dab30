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
                var rows = new List<T>();
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    rows.Add(row(reader));
                }

                return rows;
            }
        }
    }

    private static NpgsqlCommand Command(
        NpgsqlConnection connection, string sql, IEnumerable<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = SecondsToWaitForAnAnswer };
        command.Parameters.AddRange(parameters.ToArray());
        return command;
    }
}
