using System.Collections.Immutable;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Backfill.Verification;

/// <summary>Whether what a row holds is not what the expressions say, as SQL.</summary>
/// <remarks>
/// The bytes are compared (<c>record_image_ne</c>), which every type can, after the same conversion that an assignment does.
/// </remarks>
internal static class Difference
{
    private const string TypesSql =
        """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
        """;

    /// <summary>For a job with a condition that is to be verified: true for an updated row that is not as it should be; nothing where no expression can be asked again.</summary>
    public static async Task<string?> OfStoredAsync(NpgsqlDataSource dataSource, BackfillJob job, CancellationToken cancellationToken)
    {
        ImmutableArray<BackfillAssignment> comparable = [.. job.Assignments.Where(assignment => !assignment.ReadsWhatIsSet)];
        if (!job.IsPlain || comparable.IsEmpty)
        {
            return null;
        }

        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        return await OfAsync(connection, job.Table, comparable, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>True for a row of the table, as <c>lockkeeper_row</c>, that differs in one of the columns.</summary>
    public static async Task<string> OfAsync(
        NpgsqlConnection connection, TableName table, ImmutableArray<BackfillAssignment> assignments, CancellationToken cancellationToken)
    {
        var types = await ReadTypesAsync(connection, table, cancellationToken).ConfigureAwait(false);
        var stored = string.Join(", ", assignments.Select(a => $"lockkeeper_row.{a.Column}"));
        var computed = string.Join(", ", assignments.Select(a => $"CAST(({a.Expression}) AS {types[a.Column.Value]})"));
        return $"record_image_ne(ROW({stored}), ROW({computed}))";
    }

    private static async Task<Dictionary<string, string>> ReadTypesAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);

        // With an empty search path every type's name is printed with its schema.
        await connection.ExecuteAsync("SELECT set_config('search_path', '', true)", [], cancellationToken).ConfigureAwait(false);
        var types = await connection.QueryAsync(
            TypesSql,
            [new() { Value = table.ToString() }],
            row => KeyValuePair.Create(row.GetString(0), row.GetString(1)),
            cancellationToken).ConfigureAwait(false);
        return new Dictionary<string, string>(types, StringComparer.Ordinal);
    }
}
