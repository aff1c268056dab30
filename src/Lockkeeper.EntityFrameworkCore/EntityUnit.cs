using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.EntityFrameworkCore.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Lockkeeper.EntityFrameworkCore;

/// <summary>Entities that shall be written together. Not for several threads at once, like its context.</summary>
public sealed class EntityUnit
{
    private readonly DbContext _context;
    private readonly UnitOfWork _unit = new();
    private readonly Dictionary<Type, EntityMaps> _maps = [];

    internal EntityUnit(DbContext context) => _context = context;

    /// <summary>Inserts entities; a key that is already there fails the unit.</summary>
    /// <param name="entities">The entities.</param>
    public EntityUnit Insert<T>(IEnumerable<T> entities) where T : class => Add(entities, (map, rows) => _unit.Insert(map.For(rows), rows));

    /// <summary>Inserts entities whose key is new and leaves the others alone.</summary>
    /// <param name="entities">The entities.</param>
    public EntityUnit InsertOrIgnore<T>(IEnumerable<T> entities) where T : class => Add(entities, (map, rows) => _unit.InsertOrIgnore(map.For(rows), rows));

    /// <summary>Inserts entities whose key is new and writes over the others; those that would not change are not rewritten.</summary>
    /// <param name="entities">The entities.</param>
    public EntityUnit Upsert<T>(IEnumerable<T> entities) where T : class => Add(entities, (map, rows) => _unit.Upsert(map.For(rows), rows));

    /// <summary>Writes all columns of entities whose key is there; those that would not change are not rewritten.</summary>
    /// <param name="entities">The entities.</param>
    public EntityUnit Update<T>(IEnumerable<T> entities) where T : class => Add(entities, (map, rows) => _unit.Update(map.For(rows), rows));

    /// <summary>Deletes entities by their key.</summary>
    /// <param name="entities">The entities; only their keys are looked at.</param>
    public EntityUnit Delete<T>(IEnumerable<T> entities) where T : class => Add(entities, (map, rows) => _unit.Delete(map.Plain, rows));

    /// <summary>Locks the rows of entities until the transaction ends, at their place in the order.</summary>
    /// <param name="entities">The entities; only their keys are looked at.</param>
    /// <param name="mode">How strongly.</param>
    public EntityUnit Lock<T>(IEnumerable<T> entities, RowLock mode = RowLock.NoKeyUpdate) where T : class =>
        Add(entities, (map, rows) => _unit.Lock(map.Plain, rows, mode));

    internal async Task<BulkWriteReport> WriteAsync(CancellationToken cancellationToken)
    {
        var writer = EntityWriters.For(_context, _maps.Values);
        using var _ = ShadowValues.Of(_context);
        if (_context.Database.CurrentTransaction is { } current)
        {
            return await writer.WriteAsync(_unit, (NpgsqlTransaction)current.GetDbTransaction(), cancellationToken).ConfigureAwait(false);
        }

        return await OnConnectionAsync(connection => writer.WriteAsync(_unit, connection, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    internal async Task<UnitPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var writer = EntityWriters.For(_context, _maps.Values);
        using var _ = ShadowValues.Of(_context);
        return await OnConnectionAsync(connection => writer.PlanAsync(_unit, connection, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> OnConnectionAsync<T>(Func<NpgsqlConnection, Task<T>> runAsync, CancellationToken cancellationToken)
    {
        await _context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await runAsync((NpgsqlConnection)_context.Database.GetDbConnection()).ConfigureAwait(false);
        }
        finally
        {
            await _context.Database.CloseConnectionAsync().ConfigureAwait(false);
        }
    }

    private EntityUnit Add<T>(IEnumerable<T> entities, Action<EntityMaps<T>, List<T>> add) where T : class
    {
        ArgumentNullException.ThrowIfNull(entities);
        if (!_maps.TryGetValue(typeof(T), out var maps))
        {
            _maps.Add(typeof(T), maps = EntityMaps<T>.Of(_context.Model));
        }

        add((EntityMaps<T>)maps, [.. entities]);
        return this;
    }
}
