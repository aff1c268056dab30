using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Compiling;

/// <summary>Reads what an enumerated type is, also one that only the scope's preamble makes.</summary>
public static class EnumProbe
{
    /// <summary>Reads the type.</summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="scope">What is made before.</param>
    /// <param name="type">The type's name in the scope's schema.</param>
    /// <param name="cancellationToken">Stops; nothing was changed.</param>
    /// <returns>The type, or null when the schema has no enumerated type of that name.</returns>
    public static async Task<DescribedEnumType?> DescribeAsync(
        NpgsqlConnection connection, CompilingScope scope, Identifier type, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var scratch = await ScratchTransaction.BeginAsync(connection, scope, cancellationToken).ConfigureAwait(false);
        await using (scratch.ConfigureAwait(false))
        {
            await scratch.QualifyNamesAsync(cancellationToken).ConfigureAwait(false);
            var rows = await scratch.QueryAsync(
                $"""
                SELECT format_type(t.oid, -1), pg_has_role(t.typowner, 'USAGE'),
                       ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
                FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                WHERE t.typtype = 'e' AND n.nspname = {new Literal(scope.Schema.Value)} AND t.typname = {new Literal(type.Value)}
                """,
                row => new DescribedEnumType(row.GetString(0), row.GetBoolean(1), [.. row.GetFieldValue<string[]>(2)]),
                cancellationToken).ConfigureAwait(false);
            return rows is [var found] ? found : null;
        }
    }
}
