using Lockkeeper.Server.Reading;
using Npgsql;

namespace Lockkeeper.Server.Compiling;

/// <summary>Asks the server what a column's type and default mean, without touching any table of a user's.</summary>
public static class ColumnProbe
{
    private const string Probe = "lockkeeper_probe";

    /// <summary>Describes a column of that type and default.</summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="scope">Where names are looked up, and what is made before.</param>
    /// <param name="type">The type as the user wrote it.</param>
    /// <param name="defaultExpression">The default as the user wrote it, or null.</param>
    /// <param name="cancellationToken">Stops; nothing was changed.</param>
    /// <exception cref="PostgresException">The server knows no such type, or refuses the default.</exception>
    public static async Task<DescribedColumn> DescribeAsync(
        NpgsqlConnection connection,
        CompilingScope scope,
        string type,
        string? defaultExpression,
        CancellationToken cancellationToken = default)
    {
        var scratch = await ScratchTransaction.BeginAsync(connection, scope, cancellationToken).ConfigureAwait(false);
        await using (scratch.ConfigureAwait(false))
        {
            // A cast takes a type and nothing more: "integer PRIMARY KEY" is refused here and not half understood below.
            await scratch.RunAsync($"SELECT CAST(NULL AS {type}\n)", cancellationToken).ConfigureAwait(false);
            await scratch.RunAsync($"CREATE TEMPORARY TABLE {Probe} () ON COMMIT DROP", cancellationToken).ConfigureAwait(false);
            var typeNeedsRewrite = await TypeNeedsRewriteAsync(scratch, type, cancellationToken).ConfigureAwait(false);
            var tail = defaultExpression is null ? "" : $" DEFAULT ({defaultExpression}\n)";
            await scratch.RunAsync($"ALTER TABLE pg_temp.{Probe} ADD COLUMN value {type}{tail}", cancellationToken)
                .ConfigureAwait(false);
            await scratch.QualifyNamesAsync(cancellationToken).ConfigureAwait(false);
            var rows = await scratch.QueryAsync(
                $"""
                SELECT format_type(a.atttypid, a.atttypmod), format_type(a.atttypid, -1), pg_get_expr(d.adbin, d.adrelid),
                       a.atthasdef AND NOT a.atthasmissing
                FROM pg_catalog.pg_attribute a
                LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE a.attrelid = 'pg_temp.{Probe}'::regclass AND a.attname = 'value'
                """,
                row => new DescribedColumn(row.GetString(0), row.GetString(1), row.TextOrNull(2), row.GetBoolean(3))
                {
                    TypeNeedsRewrite = typeNeedsRewrite,
                },
                cancellationToken).ConfigureAwait(false);
            return rows[0];
        }
    }

    // The server itself shows it: a table that is written again gets another file, also when it is empty.
    private static async Task<bool> TypeNeedsRewriteAsync(ScratchTransaction scratch, string type, CancellationToken cancellationToken)
    {
        var before = await FileAsync(scratch, cancellationToken).ConfigureAwait(false);
        await scratch.RunAsync($"ALTER TABLE pg_temp.{Probe} ADD COLUMN bare {type}", cancellationToken).ConfigureAwait(false);
        return before != await FileAsync(scratch, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<uint> FileAsync(ScratchTransaction scratch, CancellationToken cancellationToken) => (await scratch.QueryAsync(
        $"SELECT pg_relation_filenode('pg_temp.{Probe}'::regclass)", row => row.GetFieldValue<uint>(0), cancellationToken)
        .ConfigureAwait(false))[0];
}
