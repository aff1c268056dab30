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
    /// <remarks>
    /// Without a checksum: pgroll writes a file anew from what it understood of it, so the content says the same and is not the same.
    /// </remarks>
    public Task AddAsync(PgrollRow row, SchemaSnapshot? result, CancellationToken cancellationToken) => connection.ExecuteAsync(
        """
        INSERT INTO lockkeeper.migrations
            (schema_name, name, kind, state, version_schema, content, resulting_schema, started_at, completed_at)
        VALUES ($1, $2, $3, 'complete', $4, $5, $6, $7, $7)
        """,
        [
            Text(schema.Value), Text(row.Name), Text(row.Kind == "baseline" ? "baseline" : "migration"), Text(row.VersionSchema),
            Text(row.Kind == "baseline" ? null : ContentOf(row)), Text(result is null ? null : StateJson.Of(result)),
            new() { Value = row.CreatedAt.ToUniversalTime() },
        ],
        cancellationToken);

    // Rows of an older pgroll hold the older format.
    private static string ContentOf(PgrollRow row)
    {
        const string FileName = "(pgroll).json";
        var text = FileUpdate.Of(row.Content, FileName)?.Text ?? row.Content;
        return CanonicalJson.Of(MigrationText.Parse(text, FileName));
    }

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
}
