using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Reading;
using Npgsql;

namespace Lockkeeper.Server.Compiling;

/// <summary>Lets the server add a generated column to an empty copy of a table.</summary>
public static class GeneratedProbe
{
    private const string Column = "lockkeeper_generated";

    /// <summary>Tries it. Nothing is changed.</summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="scope">Where names are looked up, and what is made before.</param>
    /// <param name="row">The table: the names that the expression uses, and the stored ones.</param>
    /// <param name="type">The column's type.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="stored">Whether the values are stored, or computed whenever they are read.</param>
    /// <param name="cancellationToken">Stops; nothing was changed.</param>
    /// <exception cref="PostgresException">The server refuses it.</exception>
    /// <returns>The expression as the server prints it over the stored names, and the columns that it reads.</returns>
    public static async Task<RewrittenDefinition> TryAsync(
        NpgsqlConnection connection,
        CompilingScope scope,
        TableSnapshot row,
        string type,
        string expression,
        bool stored,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        var scratch = await ScratchTransaction.BeginAsync(connection, scope, cancellationToken).ConfigureAwait(false);
        await using (scratch.ConfigureAwait(false))
        {
            await scratch.CreateCopyAsync(row, cancellationToken).ConfigureAwait(false);
            await scratch.RunAsync(
                $"ALTER TABLE pg_temp.{row.Name} ADD COLUMN {Column} {type} GENERATED ALWAYS AS ({expression}\n) {(stored ? "STORED" : "VIRTUAL")}",
                cancellationToken).ConfigureAwait(false);
            await scratch.RenameToStoredAsync(row, cancellationToken).ConfigureAwait(false);
            await scratch.QualifyNamesAsync(cancellationToken).ConfigureAwait(false);
            var copy = $"{new Literal($"pg_temp.{row.Name}")}::regclass";
            // Since 15 it is the column that depends on the others, and before that its expression (recordDependencyOnSingleRelExpr in heap.c).
            var rows = await scratch.QueryAsync(
                $"""
                SELECT pg_get_expr(d.adbin, d.adrelid),
                       ARRAY(SELECT DISTINCT i.attname::text FROM pg_catalog.pg_depend p
                             JOIN pg_catalog.pg_attribute i ON i.attrelid = p.refobjid AND i.attnum = p.refobjsubid
                             WHERE p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjid = a.attrelid AND p.refobjsubid <> a.attnum
                               AND p.refobjsubid > 0
                               AND (p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.objid = d.oid
                                    OR p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = a.attrelid AND p.objsubid = a.attnum)
                             ORDER BY 1)
                FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE a.attrelid = {copy} AND a.attname = '{Column}'
                """,
                line => new RewrittenDefinition(line.GetString(0), line.Names(1)),
                cancellationToken).ConfigureAwait(false);
            return rows[0];
        }
    }
}
