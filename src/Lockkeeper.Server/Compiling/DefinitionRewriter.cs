using System.Collections.Immutable;
using System.Diagnostics;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Server.Reading;
using Npgsql;

namespace Lockkeeper.Server.Compiling;

/// <summary>Renames columns inside constraint and index definitions by letting the server do it on an empty copy.</summary>
public static class DefinitionRewriter
{
    /// <summary>Gives the same definitions over the row's stored names.</summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="scope">Where names are looked up, and what is made before.</param>
    /// <param name="row">The columns: the names that the definitions use, the stored ones, and the types.</param>
    /// <param name="checks">Check, exclusion and unique constraints: what follows ADD CONSTRAINT name.</param>
    /// <param name="indexes">Indexes: what follows ON table.</param>
    /// <param name="unique">Whether they are unique.</param>
    /// <param name="generated">Expressions of generated columns.</param>
    /// <param name="then">Statements that are run before the definitions are printed: they rename what the definitions mention.</param>
    /// <param name="cancellationToken">Stops; nothing was changed.</param>
    /// <exception cref="PostgresException">The server refuses one of them for these types.</exception>
    public static async Task<RewrittenDefinitions> RewriteAsync(
        NpgsqlConnection connection,
        CompilingScope scope,
        TableSnapshot row,
        ImmutableArray<string> checks,
        ImmutableArray<string> indexes,
        bool unique,
        ImmutableArray<string> generated,
        ImmutableArray<string> then,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        var scratch = await ScratchTransaction.BeginAsync(connection, scope, cancellationToken).ConfigureAwait(false);
        await using (scratch.ConfigureAwait(false))
        {
            await scratch.CreateCopyAsync(row, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < checks.Length; i++)
            {
                await scratch.RunAsync(
                    $"ALTER TABLE pg_temp.{row.Name} ADD CONSTRAINT {CheckName(i)} {checks[i]}", cancellationToken)
                    .ConfigureAwait(false);
            }

            for (var i = 0; i < indexes.Length; i++)
            {
                await scratch.RunAsync(
                    $"CREATE {(unique ? "UNIQUE " : "")}INDEX {IndexName(i)} ON pg_temp.{row.Name} {indexes[i]}", cancellationToken)
                    .ConfigureAwait(false);
            }

            for (var i = 0; i < generated.Length; i++)
            {
                await scratch.RunAsync(
                    $"CREATE INDEX {GeneratedName(i)} ON pg_temp.{row.Name} ((({generated[i]}) IS NULL))", cancellationToken)
                    .ConfigureAwait(false);
            }

            foreach (var statement in then)
            {
                await scratch.RunAsync(statement, cancellationToken).ConfigureAwait(false);
            }

            await scratch.RenameToStoredAsync(row, cancellationToken).ConfigureAwait(false);
            await scratch.QualifyNamesAsync(cancellationToken).ConfigureAwait(false);
            return new RewrittenDefinitions(
                await EachAsync(checks.Length, i => ConstraintAsync(scratch, CheckName(i), cancellationToken)).ConfigureAwait(false),
                await EachAsync(indexes.Length, i => IndexAsync(scratch, IndexName(i), cancellationToken)).ConfigureAwait(false),
                await EachAsync(generated.Length, i => ExpressionAsync(scratch, GeneratedName(i), cancellationToken)).ConfigureAwait(false));
        }
    }

    private static async Task<ImmutableArray<T>> EachAsync<T>(int count, Func<int, Task<T>> read)
    {
        var texts = ImmutableArray.CreateBuilder<T>(count);
        for (var i = 0; i < count; i++)
        {
            texts.Add(await read(i).ConfigureAwait(false));
        }

        return texts.MoveToImmutable();
    }

    private static async Task<RewrittenDefinition> ConstraintAsync(
        ScratchTransaction scratch, string name, CancellationToken cancellationToken)
    {
        var rows = await scratch.QueryAsync(
            $"""
            SELECT pg_get_constraintdef(k.oid), k.contype IN ('x', 'u'),
                   ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(attnum, place)
                         JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum ORDER BY u.place)
            FROM pg_catalog.pg_constraint k
            WHERE k.conname = '{name}' AND k.connamespace = pg_my_temp_schema()
            """,
            row => (Definition: new RewrittenDefinition(row.GetString(0), row.Names(2)), HasIndex: row.GetBoolean(1)),
            cancellationToken).ConfigureAwait(false);
        return rows[0].HasIndex
            ? rows[0].Definition with { Index = await IndexAsync(scratch, name, cancellationToken).ConfigureAwait(false) }
            : rows[0].Definition;
    }

    private static async Task<RewrittenDefinition> IndexAsync(
        ScratchTransaction scratch, string name, CancellationToken cancellationToken)
    {
        // The table's name stands between "ON" and "USING": it is measured here, never searched for. 14 prints the temporary schema by its
        // number, later versions as pg_temp.
        var rows = await scratch.QueryAsync(
            $"""
            SELECT substr(d.text, length(d.head || '.' || quote_ident(t.relname) || ' ') + 1 + length(
                       CASE WHEN starts_with(d.text, d.head || 'pg_temp.') THEN 'pg_temp' ELSE quote_ident(n.nspname) END)),
                   {IndexesQuery.ColumnsOfIndex},
                   ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                         WHERE a.attrelid = x.oid AND i.indkey[a.attnum - 1] <> 0 ORDER BY a.attnum),
                   ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY u (attnum, place)
                         JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum
                         WHERE u.place <= i.indnkeyatts ORDER BY u.place),
                   i.indpred IS NULL AND i.indexprs IS NULL, i.indexprs IS NOT NULL
            FROM pg_catalog.pg_class x
            JOIN pg_catalog.pg_index i ON i.indexrelid = x.oid
            JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
            CROSS JOIN LATERAL (SELECT pg_get_indexdef(x.oid), CASE WHEN i.indisunique THEN 'CREATE UNIQUE INDEX {name} ON ' ELSE 'CREATE INDEX {name} ON ' END)
                AS d (text, head)
            WHERE x.relname = '{name}' AND x.relnamespace = pg_my_temp_schema()
            """,
            row => new RewrittenDefinition(row.GetString(0), row.Names(1))
            {
                IndexColumns = row.Names(2),
                KeyColumns = row.Names(3),
                IsPlain = row.GetBoolean(4),
                HasExpressions = row.GetBoolean(5),
            },
            cancellationToken).ConfigureAwait(false);
        return rows[0].Definition.StartsWith("USING ", StringComparison.Ordinal)
            ? rows[0]
            : throw new UnreachableException($"pg_get_indexdef printed a form that is not known: {rows[0].Definition}");
    }

    private static async Task<string> ExpressionAsync(
        ScratchTransaction scratch, string name, CancellationToken cancellationToken)
    {
        const string Tail = " IS NULL)";
        var rows = await scratch.QueryAsync(
            $"""
            SELECT pg_get_expr(i.indexprs, i.indrelid)
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
            WHERE x.relname = '{name}' AND x.relnamespace = pg_my_temp_schema()
            """,
            row => row.GetString(0),
            cancellationToken).ConfigureAwait(false);
        return rows[0].EndsWith(Tail, StringComparison.Ordinal)
            ? rows[0][1..^Tail.Length]
            : throw new UnreachableException($"pg_get_expr printed a form that is not known: {rows[0]}");
    }

    private static string CheckName(int i) => $"lockkeeper_check_{i}";

    private static string IndexName(int i) => $"lockkeeper_index_{i}";

    private static string GeneratedName(int i) => $"lockkeeper_generated_{i}";
}
