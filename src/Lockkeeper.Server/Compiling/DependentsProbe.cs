using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Compiling;

/// <summary>Lets the server make views, policies, triggers and the like over empty copies of tables that are going to change.</summary>
/// <remarks>
/// The copies are temporary tables of the same names, and temporary tables are found first: so a definition that is printed with bare names is
/// bound to them, and a view over views to the temporary ones. In front of its columns each copy has all of them once more under other names.
/// Where names are what counts that changes nothing; a definition that goes by places (<c>FROM orders o(a, b, c)</c>) is bound to those in
/// front, which its dependencies show.
/// </remarks>
public static class DependentsProbe
{
    private const string InFront = "lockkeeper_in_front_";

    /// <summary>Tries the definitions. Nothing is changed.</summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="scope">The types that there will be.</param>
    /// <param name="rows">The tables as they will be.</param>
    /// <param name="path">The schemas in which bare names are looked up.</param>
    /// <param name="statements">The definitions, in an order in which they can be made.</param>
    /// <param name="cancellationToken">Stops; nothing was changed.</param>
    public static async Task<ProbedDependents> TryAsync(
        NpgsqlConnection connection,
        CompilingScope scope,
        ImmutableArray<TableSnapshot> rows,
        ImmutableArray<Identifier> path,
        ImmutableArray<string> statements,
        CancellationToken cancellationToken = default)
    {
        var scratch = await ScratchTransaction.BeginAsync(connection, scope, cancellationToken).ConfigureAwait(false);
        await using (scratch.ConfigureAwait(false))
        {
            foreach (var row in rows)
            {
                await scratch.RunAsync(CopyOf(row), cancellationToken).ConfigureAwait(false);
            }

            await scratch.RunAsync($"SET LOCAL search_path = pg_temp, {string.Join(", ", path)}", cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < statements.Length; i++)
            {
                try
                {
                    await scratch.RunAsync(statements[i], cancellationToken).ConfigureAwait(false);
                }
                catch (PostgresException e) when (IsAboutTheText(e))
                {
                    return new ProbedDependents(i, e.MessageText, [], []);
                }
            }

            await scratch.QualifyNamesAsync(cancellationToken).ConfigureAwait(false);
            return new ProbedDependents(
                null,
                null,
                await ByPlaceAsync(scratch, cancellationToken).ConfigureAwait(false),
                await RetypedAsync(scratch, path, cancellationToken).ConfigureAwait(false));
        }
    }

    // Views that group by a primary key may show what depends on it, so the copy has the key.
    private static string CopyOf(TableSnapshot row)
    {
        var columns = row.Columns.Select((c, i) => Column($"{InFront}{i}", c)).Concat(row.Columns.Select(c => Column(c.Name.ToString(), c)));
        var key = row.Constraints.Where(c => c.Kind == ConstraintKind.PrimaryKey).Select(c => $"PRIMARY KEY ({string.Join(", ", c.Columns)})");
        return $"CREATE TEMPORARY TABLE pg_temp.{row.Name} ({string.Join(", ", columns.Concat(key))}) ON COMMIT DROP";
    }

    private static string Column(string name, ColumnSnapshot column) =>
        $"{name} {column.Type}{(column.Collation is null ? "" : $" COLLATE {column.Collation}")}";

    // Classes of SQLSTATE that speak of the statement and not of the session: syntax and names, values, what the server cannot do, limits.
    private static bool IsAboutTheText(PostgresException e) => e.SqlState[..2] is "42" or "22" or "0A" or "2B" or "3F" or "54";

    private static async Task<ImmutableArray<string>> ByPlaceAsync(ScratchTransaction scratch, CancellationToken cancellationToken) =>
    [
        .. await scratch.QueryAsync(
            $"""
            SELECT DISTINCT pg_describe_object(CASE WHEN w.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::regclass END,
                                               coalesce(w.ev_class, d.objid), 0)
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relnamespace = pg_my_temp_schema() AND c.relkind = 'r'
            JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum
            LEFT JOIN pg_catalog.pg_rewrite w ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = d.objid
            WHERE starts_with(a.attname, '{InFront}')
            ORDER BY 1
            """,
            row => row.GetString(0),
            cancellationToken).ConfigureAwait(false),
    ];

    private static async Task<ImmutableArray<string>> RetypedAsync(
        ScratchTransaction scratch, ImmutableArray<Identifier> path, CancellationToken cancellationToken) =>
    [
        .. await scratch.QueryAsync(
            $"""
            SELECT format('Column %I of view %I.%I becomes %s with it.', a.attname, n.nspname, v.relname, format_type(t.atttypid, t.atttypmod))
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_class v ON v.relname = c.relname AND v.relkind = 'v'
            JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace AND n.nspname IN ({string.Join(", ", path.Select(s => new Literal(s.Value)))})
            JOIN pg_catalog.pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_catalog.pg_attribute t ON t.attrelid = c.oid AND t.attname = a.attname
            WHERE c.relnamespace = pg_my_temp_schema() AND c.relkind = 'v' AND (t.atttypid, t.atttypmod) <> (a.atttypid, a.atttypmod)
            ORDER BY 1
            """,
            row => row.GetString(0),
            cancellationToken).ConfigureAwait(false),
    ];
}
