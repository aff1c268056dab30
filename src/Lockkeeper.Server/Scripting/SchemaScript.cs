using System.Collections.Immutable;
using System.Data;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Server.Scripting;

/// <summary>A schema as the SQL that makes it, without rows, owners and rights.</summary>
/// <param name="Sql">The statements, in an order in which each finds what it needs. Every name has its schema.</param>
/// <param name="LeftOut">What the schema holds and the SQL does not, in words.</param>
public sealed record SchemaScript(string Sql, ImmutableArray<string> LeftOut)
{
    /// <summary>Reads a schema, all in one snapshot.</summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="schema">The schema, which the SQL takes for granted.</param>
    /// <param name="cancellationToken">Stops reading; nothing was changed.</param>
    public static async Task<SchemaScript> ReadAsync(
        NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);

        // With an empty search path every name that the server prints is qualified. Compiling these queries takes longer than running them.
        await connection.ExecuteAsync(
            "SELECT set_config('search_path', '', true), set_config('jit', 'off', true)", [], cancellationToken).ConfigureAwait(false);
        var items = new List<ScriptItem>();
        foreach (var query in ScriptQueries.All.Add(TableQueries.Tables(connection.PostgreSqlVersion.Major)).Add(TableQueries.OnTables))
        {
            items.AddRange(await connection.QueryAsync(
                query, [Name(schema)], row => new ScriptItem(row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetString(3)), cancellationToken)
                .ConfigureAwait(false));
        }

        var needs = await connection.QueryAsync(
            TableQueries.Needs, [], row => (row.GetString(0), row.GetString(1)), cancellationToken).ConfigureAwait(false);
        var leftOut = await connection.QueryAsync(
            TableQueries.LeftOut, [Name(schema)], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
        return Of(items, needs, [.. leftOut]);
    }

    /// <inheritdoc/>
    public bool Equals(SchemaScript? other) => other is not null && Sql == other.Sql && LeftOut.SequenceEqual(other.LeftOut);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Sql, LeftOut.Length);

    private static SchemaScript Of(List<ScriptItem> items, IEnumerable<(string, string)> needs, ImmutableArray<string> leftOut)
    {
        var order = ScriptOrder.Of(items, needs, out var inCircles);

        // A function may name a table that comes after it.
        var lines = leftOut.Select(what => $"-- Not in here: {what}")
            .Append("SET LOCAL check_function_bodies = off;")
            .Concat(order.Select(item => item.Sql));
        return new SchemaScript(
            string.Join("\n\n", lines) + "\n",
            [.. leftOut, .. inCircles.Select(item => $"the right place of {item.Name}, which needs something that needs it")]);
    }

    private static NpgsqlParameter Name(Identifier schema) => new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = schema.Value };
}
