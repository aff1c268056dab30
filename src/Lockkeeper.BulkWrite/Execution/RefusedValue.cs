using System.Data;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>Finds the value that the driver refused. Of an array it names none: halves of it are offered again, until one value is left.</summary>
/// <remarks>What the driver refuses before it sends anything leaves connection and transaction as they were. Where it stumbled in the middle, the connection is gone and the row stays unnamed.</remarks>
internal sealed class RefusedValue(NpgsqlConnection connection, IReadOnlyList<Change> changes, Catalog catalog)
{
    /// <summary>The exception for a round trip of some steps that the driver did not send.</summary>
    public async Task<BulkWriteException> ExplainAsync(IReadOnlyList<PlannedStep> steps, Exception refused, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var source in steps.SelectMany(step => step.Sources).Where(_ => connection.FullState == ConnectionState.Open))
            {
                var change = changes[source.Change];
                foreach (var place in source.Columns)
                {
                    if (await FindAsync(change, place, source.Keys?.Rows() ?? change.Order, cancellationToken).ConfigureAwait(false) is { } row)
                    {
                        return BulkWriteException.NotWritable(change.Map.Table, change.Map.Mapped[place].Target, change.Index, row, refused);
                    }
                }
            }
        }
        catch (Exception failure) when (Failures.IsOfServer(failure))
        {
            // The refusal is what the caller has to hear of, with or without the row.
        }

        var only = steps.Where(step => !step.Sources.IsEmpty).ToList() is [var one] ? one : null;
        return BulkWriteException.NotWritable(only?.Table, null, only?.Change, null, refused);
    }

    private async Task<int?> FindAsync(Change change, int place, int[] rows, CancellationToken cancellationToken)
    {
        if (!await IsRefusedAsync(change, place, rows, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        while (rows.Length > 1)
        {
            var half = rows[..(rows.Length / 2)];
            rows = await IsRefusedAsync(change, place, half, cancellationToken).ConfigureAwait(false) ? half : rows[half.Length..];
        }

        return rows[0];
    }

    private async Task<bool> IsRefusedAsync(Change change, int place, int[] rows, CancellationToken cancellationToken) =>
        await DriverCheck.RefusalAsync(
            connection, [.. change.Parameters([place], rows, catalog.Find(change.Map.Table))], cancellationToken).ConfigureAwait(false) is not null;
}
