using System.Collections.Immutable;
using System.Diagnostics;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Reading;
using Npgsql;

namespace Lockkeeper.Server.Compiling;

/// <summary>Lets the server compile an expression over the columns of one row, and says which columns it reads.</summary>
public static class ExpressionCompiler
{
    /// <summary>The name by which a compiled expression refers to its row.</summary>
    public const string Row = "lockkeeper_row";

    private const string Prefix = "lockkeeper_prefix";
    private const string Value = "lockkeeper_value";
    private const string View = "lockkeeper_view";
    private const string Target = "lockkeeper_target";

    /// <summary>
    /// Compiles an expression whose columns are named as the row's users see them, bare or after the table's name.
    /// Nothing is changed. Other tables in subqueries are those of the schema.
    /// </summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="scope">Where names are looked up, and what is made before.</param>
    /// <param name="row">The columns: their names to users and in the table, and their types.</param>
    /// <param name="expression">A scalar expression, or a SELECT of one value.</param>
    /// <param name="type">The type that the value is assigned to, without a modifier, as <c>format_type(oid, -1)</c> prints it.</param>
    /// <param name="cancellationToken">Stops; nothing was changed.</param>
    /// <exception cref="PostgresException">
    /// The server refuses it: a syntax error, an unknown name, a type that cannot be had, an aggregate.
    /// </exception>
    /// <remarks>
    /// 1. A view of the expression over an empty copy of the row is made; its dependencies are the columns that it reads.
    /// 2. The copy and its columns get their stored names, and the view is printed: the server itself has rewritten every mention.
    ///    A second table without columns in FROM makes it write the table's name before each of them, on every version.
    /// 3. The printed text is compiled once more as it will be used, in an UPDATE, which allows less than a view.
    /// </remarks>
    public static async Task<CompiledExpression> CompileAsync(
        NpgsqlConnection connection,
        CompilingScope scope,
        TableSnapshot row,
        string expression,
        string type,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        var scratch = await ScratchTransaction.BeginAsync(connection, scope, cancellationToken).ConfigureAwait(false);
        await using (scratch.ConfigureAwait(false))
        {
            await scratch.CreateCopyAsync(row, cancellationToken).ConfigureAwait(false);
            await scratch.RunAsync($"CREATE TEMPORARY TABLE {Prefix} () ON COMMIT DROP", cancellationToken)
                .ConfigureAwait(false);
            await scratch.RunAsync(ViewOf(row, expression, type), cancellationToken).ConfigureAwait(false);
            await scratch.RenameToStoredAsync(row, cancellationToken).ConfigureAwait(false);
            await scratch.RunAsync($"ALTER TABLE pg_temp.{row.Name} RENAME TO {Row}", cancellationToken).ConfigureAwait(false);
            await scratch.QualifyNamesAsync(cancellationToken).ConfigureAwait(false);

            var sql = await PrintAsync(scratch, cancellationToken).ConfigureAwait(false);
            var inputs = await InputsAsync(scratch, cancellationToken).ConfigureAwait(false);
            await CompileAsAssignmentAsync(scratch, sql, type, cancellationToken).ConfigureAwait(false);
            return new CompiledExpression(sql, UsesWholeRow(sql) ? [.. row.Columns.Select(c => c.StoredAs)] : inputs);
        }
    }

    /// <summary>Which character of the user's text the server complains about; null when it complains about something else.</summary>
    /// <param name="refusal">What <see cref="CompileAsync"/> threw.</param>
    public static int? PlaceOf(PostgresException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        var isAboutTheText = refusal.Position > ViewHead.Length
            && refusal.BatchCommand?.CommandText.StartsWith(ViewHead, StringComparison.Ordinal) == true;
        return isAboutTheText ? refusal.Position - 1 - ViewHead.Length : null;
    }

    private static string ViewHead => $"CREATE TEMPORARY VIEW {View} AS SELECT CAST((";

    // The line break ends a comment that the user's text may end with.
    private static string ViewOf(TableSnapshot row, string expression, string type) =>
        $"{ViewHead}{expression}\n) AS {type}) AS {Value} FROM pg_temp.{row.Name}, pg_temp.{Prefix}";

    private static async Task<string> PrintAsync(ScratchTransaction scratch, CancellationToken cancellationToken)
    {
        var printed = await scratch.QueryAsync(
            $"SELECT pg_get_viewdef('pg_temp.{View}'::regclass)", row => row.GetString(0), cancellationToken)
            .ConfigureAwait(false);
        var definition = printed[0];
        // What follows the word is a space, or a line break where the expression is a CASE.
        var start = definition.IndexOf("SELECT", StringComparison.Ordinal) + "SELECT".Length;
        var end = definition.LastIndexOf($" AS {Value}\n", StringComparison.Ordinal);
        return end > start
            ? definition[start..end].Trim()
            : throw new UnreachableException($"pg_get_viewdef printed a form that is not known: {definition}");
    }

    private static async Task<ImmutableArray<Identifier>> InputsAsync(
        ScratchTransaction scratch, CancellationToken cancellationToken)
    {
        var names = await scratch.QueryAsync(
            $"""
            SELECT DISTINCT a.attnum, a.attname
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid AND w.ev_class = 'pg_temp.{View}'::regclass
            JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
              AND d.refobjid = 'pg_temp.{Row}'::regclass AND d.refobjsubid > 0
            ORDER BY a.attnum
            """,
            row => row.Name(1),
            cancellationToken).ConfigureAwait(false);
        return [.. names];
    }

    private static async Task CompileAsAssignmentAsync(
        ScratchTransaction scratch, string sql, string type, CancellationToken cancellationToken)
    {
        await scratch.RunAsync($"CREATE TEMPORARY TABLE {Target} ON COMMIT DROP AS SELECT *, NULL::{type} AS {Value} FROM pg_temp.{Row}",
            cancellationToken).ConfigureAwait(false);
        await scratch.RunAsync($"EXPLAIN UPDATE pg_temp.{Target} AS {Row} SET {Value} = ({sql})", cancellationToken)
            .ConfigureAwait(false);
    }

    // A reference to the whole row leaves no dependency on any one column (find_expr_references_walker in dependency.c).
    private static bool UsesWholeRow(string sql) => sql.Contains($"{Row}.*", StringComparison.Ordinal);
}
