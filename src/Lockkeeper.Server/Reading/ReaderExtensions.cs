using System.Collections.Immutable;
using System.Text.Json;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Reading;

/// <summary>Short forms for running a query and taking names out of its rows.</summary>
internal static class ReaderExtensions
{
    /// <summary>Runs a statement that returns nothing.</summary>
    public static async Task ExecuteAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads all rows of a query whose only parameter is a schema's name.</summary>
    public static async Task<List<T>> QueryAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        Identifier schema,
        Func<NpgsqlDataReader, T> row,
        CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema.Value });
            var rows = new List<T>();
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    rows.Add(row(reader));
                }
            }

            return rows;
        }
    }

    /// <summary>A name in a column of type name or text.</summary>
    public static Identifier Name(this NpgsqlDataReader reader, int ordinal) => new(reader.GetString(ordinal));

    /// <summary>A text, or null.</summary>
    public static string? TextOrNull(this NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);

    /// <summary>Names in a column of type text[]; null counts as empty.</summary>
    public static ImmutableArray<Identifier> Names(this NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? [] : [.. reader.GetFieldValue<string[]>(ordinal).Select(name => new Identifier(name))];

    /// <summary>Privileges in a column of type jsonb as the queries here write them.</summary>
    public static ImmutableArray<Grant> Grants(this NpgsqlDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            return [];
        }

        using var document = JsonDocument.Parse(reader.GetString(ordinal));
        return
        [
            .. document.RootElement.EnumerateArray().Select(grant => new Grant(
                grant.GetProperty("grantee").GetString() is { } role ? new Identifier(role) : null,
                grant.GetProperty("privilege").GetString()!,
                grant.GetProperty("grantable").GetBoolean())),
        ];
    }
}
