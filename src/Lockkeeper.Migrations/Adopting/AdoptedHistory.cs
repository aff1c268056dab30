using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.State;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Adopting;

/// <summary>Writes pgroll's rows as rows of our own history.</summary>
internal sealed class AdoptedHistory(NpgsqlConnection connection, Identifier schema)
{
    /// <summary>Adds a row.</summary>
    /// <param name="row">What pgroll has.</param>
    /// <param name="result">The schema as it is now, for the last row; of the others nobody knows it in our terms.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>What of its content is not known for sure, a sentence each.</returns>
    /// <remarks>
    /// Without a checksum: pgroll writes a file anew from what it understood of it, so the content says the same and is not the same.
    /// </remarks>
    public async Task<ImmutableArray<string>> AddAsync(PgrollRow row, SchemaSnapshot? result, CancellationToken cancellationToken)
    {
        var (content, unsure) = row.Kind == "baseline" ? (null, []) : ContentOf(row);
        await connection.ExecuteAsync(
            """
            INSERT INTO lockkeeper.migrations
                (schema_name, name, kind, state, version_schema, content, resulting_schema, started_at, completed_at)
            VALUES ($1, $2, $3, 'complete', $4, $5, $6, $7, $7)
            """,
            [
                Text(schema.Value), Text(row.Name), Text(row.Kind == "baseline" ? "baseline" : "migration"), Text(row.VersionSchema),
                Text(content), Text(result is null ? null : StateJson.Of(result)), new() { Value = row.CreatedAt.ToUniversalTime() },
            ],
            cancellationToken).ConfigureAwait(false);
        return unsure;
    }

    // Rows of an older pgroll hold the older format.
    private static (string? Content, ImmutableArray<string> Unsure) ContentOf(PgrollRow row)
    {
        const string FileName = "(pgroll).json";
        var indexes = new IndexColumns(row.ResultingSchema);
        var text = FileUpdate.Of(row.Content, FileName, indexes.InOrder)?.Text ?? row.Content;
        return (CanonicalJson.Of(MigrationText.Parse(text, FileName)), [.. indexes.Unknown.Select(index => Unsure(row, index))]);
    }

    private static string Unsure(PgrollRow row, string index) =>
        $"{row.Name}: in which order index \"{index}\" has its columns is not known any more: pgroll has kept them without one, and the index was not there afterwards.";

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
}
