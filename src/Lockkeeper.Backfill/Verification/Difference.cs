using System.Collections.Immutable;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Reading;
using Npgsql;

namespace Lockkeeper.Backfill.Verification;

/// <summary>Whether what a row holds is not what the expressions say, as SQL.</summary>
/// <remarks>
/// The bytes are compared (<c>record_image_ne</c>), which every type can, after the same conversion that an assignment does.
/// </remarks>
internal static class Difference
{
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
        var types = await ColumnTypes.ReadAsync(connection, table, withModifiers: true, cancellationToken).ConfigureAwait(false);
        var stored = string.Join(", ", assignments.Select(a => $"lockkeeper_row.{a.Column}"));
        // What has no type is no longer there, and the server says so when it is asked for.
        var computed = string.Join(", ", assignments.Select(a => types.TryGetValue(a.Column.Value, out var type) ? $"CAST(({a.Expression}) AS {type})" : a.Expression));
        return $"record_image_ne(ROW({stored}), ROW({computed}))";
    }
}
