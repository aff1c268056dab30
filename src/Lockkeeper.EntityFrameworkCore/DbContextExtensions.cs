using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.EntityFrameworkCore.Mapping;
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

    /// <summary>Shows what such a unit would do: the order, the protection of each table and why, every statement. Writes nothing and locks nothing.</summary>
    /// <param name="context">The context.</param>
    /// <param name="fill">Gathers what would be written.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <remarks>Keys of identity columns are drawn and written into the entities, since rows are ordered by them.</remarks>
    /// <exception cref="BulkWriteException">The unit could not be written.</exception>
    /// <exception cref="EntityMapException">The model has something that cannot be written this way.</exception>
    public static async Task<UnitPlan> BulkPlanAsync(
        this DbContext context, Action<EntityUnit> fill, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(fill);
        var unit = new EntityUnit(context);
        fill(unit);
        return await unit.PlanAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// How the model writes entities of a type, for a <see cref="BulkWriter"/> of your own: with options, streams, counters, a recorder, and a lock order whose
    /// fingerprint services compare. The same map each time for one model.
    /// </summary>
    /// <typeparam name="T">A type of entity.</typeparam>
    /// <param name="context">The context; only its model is looked at.</param>
    /// <param name="writesDefaults">Whether columns for which the database has a default are written; otherwise they are left to it.</param>
    /// <remarks>Properties that entities do not have themselves are read from a tracker within <see cref="BulkWriteAsync"/> only; here they are null.</remarks>
    /// <exception cref="EntityMapException">The model has something that cannot be written this way.</exception>
    public static TableMap<T> BulkMap<T>(this DbContext context, bool writesDefaults = false) where T : class
    {
        ArgumentNullException.ThrowIfNull(context);
        var maps = EntityMaps<T>.Of(context.Model);
        return writesDefaults ? maps.Whole : maps.Plain;
    }
}
