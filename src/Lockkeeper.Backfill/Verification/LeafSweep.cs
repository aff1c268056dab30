using System.Collections.Immutable;
using Lockkeeper.Backfill.Execution;
using Lockkeeper.Backfill.Planning;
using Lockkeeper.Backfill.State;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Backfill.Verification;

/// <summary>Reads every leaf of a table once, as the leaves are when it ends: one that is renamed, rewritten or attached meanwhile is read again, one that is dropped is left out.</summary>
internal static class LeafSweep
{
    // A leaf that was renamed is found under its new name the next time; a table that only an expression misses is missed every time.
    private const int MostMisses = 5;

    /// <param name="connection">Over which the leaves are listed.</param>
    /// <param name="table">The table.</param>
    /// <param name="read">Reads one leaf, by its name; false ends it all.</param>
    /// <param name="cancellationToken">Ends it between two statements.</param>
    public static async Task RunAsync(
        NpgsqlConnection connection, TableName table, Func<Leaf, Task<bool>> read, CancellationToken cancellationToken)
    {
        var done = new HashSet<Leaf>();
        var misses = 0;
        while (true)
        {
            var leaves = await LeafReader.ReadAsync(connection, table, cancellationToken).ConfigureAwait(false);
            ImmutableArray<Leaf> open = [.. leaves.Where(leaf => !done.Contains(leaf))];
            if (open.IsEmpty)
            {
                return;
            }

            foreach (var leaf in open)
            {
                try
                {
                    if (!await read(leaf).ConfigureAwait(false))
                    {
                        return;
                    }
                }
                catch (PostgresException e) when (ChunkErrors.IsElsewhere(e) && misses++ < MostMisses)
                {
                    break;
                }

                done.Add(leaf);
            }
        }
    }
}
