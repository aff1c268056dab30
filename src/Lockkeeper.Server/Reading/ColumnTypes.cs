using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Server.Reading;

/// <summary>Reads the types of a table's columns as SQL that means the same under every search path.</summary>
public static class ColumnTypes
{
    private const string Sql =
        """
        SELECT a.attname, format_type(a.atttypid, CASE WHEN $2 THEN a.atttypmod ELSE -1 END) FROM pg_attribute AS a
        WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
        """;

    /// <summary>The type of each column, by the column's name; none when there is no such table.</summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="table">The table.</param>
    /// <param name="withModifiers">Whether <c>numeric(10,2)</c> is told as that, or as <c>numeric</c>, to which a cast cuts nothing off.</param>
    /// <param name="cancellationToken">Stops reading; nothing was changed.</param>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        NpgsqlConnection connection, TableName table, bool withModifiers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);

        // With an empty search path every type's name is printed with its schema.
        await connection.ExecuteAsync("SELECT set_config('search_path', '', true)", [], cancellationToken).ConfigureAwait(false);
        var types = await connection.QueryAsync(
            Sql,
            [new() { Value = table.ToString() }, new() { Value = withModifiers }],
            row => KeyValuePair.Create(row.GetString(0), row.GetString(1)),
            cancellationToken).ConfigureAwait(false);
        return new Dictionary<string, string>(types, StringComparer.Ordinal);
    }
}
