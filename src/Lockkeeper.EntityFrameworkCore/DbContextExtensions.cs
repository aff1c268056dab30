using Lockkeeper.BulkWrite;
using Microsoft.EntityFrameworkCore;

namespace Lockkeeper.EntityFrameworkCore;

/// <summary>The way from a context to units of work.</summary>
public static class DbContextExtensions
{
    /// <summary>
    /// Writes entities of several types in one transaction, every row locked once, in the order that all units keep.
    /// Takes part in the context's transaction when there is one, and then neither commits nor tries again; else it opens its own.
    /// </summary>
    /// <param name="context">The context; its model says how entities are written. Its change tracker is neither read nor changed.</param>
    /// <param name="fill">Gathers what to write.</param>
    /// <param name="cancellationToken">Stops it, on the server too; nothing of it is then in the database.</param>
    /// <returns>What became of each input.</returns>
    /// <remarks>Keys of identity columns are drawn beforehand and written into the entities; what references them by navigation gets them too.</remarks>
    /// <exception cref="BulkWriteException">Nothing was written, or the outcome is not known.</exception>
    /// <exception cref="EntityMapException">The model has something that cannot be written this way; nothing was.</exception>
    public static async Task<BulkWriteReport> BulkWriteAsync(
        this DbContext context, Action<EntityUnit> fill, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(fill);
        var unit = new EntityUnit(context);
        fill(unit);
        return await unit.WriteAsync(cancellationToken).ConfigureAwait(false);
    }
}
