using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Reading;
using Npgsql;

namespace Lockkeeper.Server.Compiling;

/// <summary>Lets the server change the type of a column of an empty copy, and looks at which files it writes again.</summary>
public static class TypeChangeProbe
{
    // timestamp and timestamptz are the same bytes where the session's time zone is UTC, and only there. What a session is set to must
    // not decide what rows mean.
    private const string NoTimeZoneInParticular = "SET LOCAL TimeZone = 'Asia/Kathmandu'";

    /// <summary>Tries the change. Nothing is changed.</summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="scope">Where unqualified names are looked up, and the types that there will be.</param>
    /// <param name="row">The table, with the indexes of the column.</param>
    /// <param name="column">The column.</param>
    /// <param name="type">The new type.</param>
    /// <param name="cancellationToken">Stops; nothing was changed.</param>
    public static async Task<TypeChange> TryAsync(
        NpgsqlConnection connection,
        CompilingScope scope,
        TableSnapshot row,
        Identifier column,
        string type,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        var scratch = await ScratchTransaction.BeginAsync(connection, scope, cancellationToken).ConfigureAwait(false);
        await using (scratch.ConfigureAwait(false))
        {
            await scratch.RunAsync(NoTimeZoneInParticular, cancellationToken).ConfigureAwait(false);
            await scratch.CreateCopyAsync(row, cancellationToken).ConfigureAwait(false);
            await FurnishAsync(scratch, row, column, cancellationToken).ConfigureAwait(false);
            var before = await FilesAsync(scratch, row, cancellationToken).ConfigureAwait(false);
            try
            {
                await scratch.RunAsync($"ALTER TABLE pg_temp.{row.Name} ALTER COLUMN {column} TYPE {type}", cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DatatypeMismatch or PostgresErrorCodes.CannotCoerce)
            {
                return new TypeChange($"refuses it ({e.MessageText})", null);
            }

            var after = await FilesAsync(scratch, row, cancellationToken).ConfigureAwait(false);
            if (before.Where(file => !after.Contains(file)).Select(file => file.Name).FirstOrDefault() is { } written)
            {
                return new TypeChange(written.Length == 0 ? "writes every row again" : $"builds index \"{written}\" again", null);
            }

            await scratch.QualifyNamesAsync(cancellationToken).ConfigureAwait(false);
            return new TypeChange(null, await DefaultAsync(scratch, row, column, cancellationToken).ConfigureAwait(false));
        }
    }

    private static async Task FurnishAsync(
        ScratchTransaction scratch, TableSnapshot row, Identifier column, CancellationToken cancellationToken)
    {
        if (row.Find(column)?.Default is { } expression)
        {
            await scratch.RunAsync($"ALTER TABLE pg_temp.{row.Name} ALTER COLUMN {column} SET DEFAULT {expression}", cancellationToken)
                .ConfigureAwait(false);
        }

        foreach (var (index, i) in row.Indexes.Where(index => index.Columns.Contains(column)).Select((index, i) => (index, i)))
        {
            await scratch.RunAsync(
                $"CREATE {(index.Unique ? "UNIQUE " : "")}INDEX {IndexName(i)} ON pg_temp.{row.Name} {index.Definition}", cancellationToken)
                .ConfigureAwait(false);
            await scratch.RunAsync($"COMMENT ON INDEX pg_temp.{IndexName(i)} IS {new Literal(index.Name.Value)}", cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private static async Task<ImmutableArray<(uint File, string Name)>> FilesAsync(
        ScratchTransaction scratch, TableSnapshot row, CancellationToken cancellationToken)
    {
        var files = await scratch.QueryAsync(
            $"""
            SELECT pg_relation_filenode(c.oid), coalesce(obj_description(c.oid, 'pg_class'), '')
            FROM pg_catalog.pg_class c
            WHERE c.oid = {Copy(row)}
               OR c.oid IN (SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = {Copy(row)})
            ORDER BY c.relkind DESC, c.oid
            """,
            file => (file.GetFieldValue<uint>(0), file.GetString(1)),
            cancellationToken).ConfigureAwait(false);
        return [.. files];
    }

    private static async Task<string?> DefaultAsync(
        ScratchTransaction scratch, TableSnapshot row, Identifier column, CancellationToken cancellationToken)
    {
        var rows = await scratch.QueryAsync(
            $"""
            SELECT pg_get_expr(d.adbin, d.adrelid)
            FROM pg_catalog.pg_attribute a
            LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = {Copy(row)} AND a.attname = {new Literal(column.Value)}
            """,
            line => line.TextOrNull(0),
            cancellationToken).ConfigureAwait(false);
        return rows[0];
    }

    private static string Copy(TableSnapshot row) => $"{new Literal($"pg_temp.{row.Name}")}::regclass";

    private static string IndexName(int i) => $"lockkeeper_index_{i}";
}
