using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Execution;
using Lockkeeper.BulkWrite.Mapping;

namespace Lockkeeper.BulkWrite;

/// <summary>What shall be written together: gathered here, planned and run by a <see cref="BulkWriter"/>. Not for several threads at once.</summary>
/// <remarks>The order of the calls does not matter for locks. Rows are inserted parents first, deleted children first, and counted last.</remarks>
public sealed class UnitOfWork
{
    private readonly List<Change> _changes = [];
    private readonly Dictionary<Counter, CounterTally> _tallies = [];

    internal IReadOnlyList<Change> Changes => _changes;

    internal IReadOnlyCollection<CounterTally> Tallies => _tallies.Values;

    /// <summary>Inserts rows; a key that is already there fails the unit.</summary>
    /// <param name="map">The table.</param>
    /// <param name="rows">The rows; read once, when the unit is planned or written.</param>
    public UnitOfWork Insert<T>(TableMap<T> map, IEnumerable<T> rows) => Add(ChangeKind.Insert, map, rows);

    /// <inheritdoc cref="Insert{T}(TableMap{T}, IEnumerable{T})"/>
    public UnitOfWork Insert<T>(TableMap<T> map, IAsyncEnumerable<T> rows) => Add(ChangeKind.Insert, map, rows);

    /// <summary>Inserts rows whose key is new and leaves the others alone.</summary>
    /// <param name="map">The table.</param>
    /// <param name="rows">The rows; read once, when the unit is planned or written.</param>
    public UnitOfWork InsertOrIgnore<T>(TableMap<T> map, IEnumerable<T> rows) => Add(ChangeKind.InsertOrIgnore, map, rows);

    /// <inheritdoc cref="InsertOrIgnore{T}(TableMap{T}, IEnumerable{T})"/>
    public UnitOfWork InsertOrIgnore<T>(TableMap<T> map, IAsyncEnumerable<T> rows) => Add(ChangeKind.InsertOrIgnore, map, rows);

    /// <summary>Inserts rows whose key is new and writes over the others; those that would not change are not rewritten.</summary>
    /// <param name="map">The table.</param>
    /// <param name="rows">The rows; read once, when the unit is planned or written.</param>
    public UnitOfWork Upsert<T>(TableMap<T> map, IEnumerable<T> rows) => Add(ChangeKind.Upsert, map, rows);

    /// <inheritdoc cref="Upsert{T}(TableMap{T}, IEnumerable{T})"/>
    public UnitOfWork Upsert<T>(TableMap<T> map, IAsyncEnumerable<T> rows) => Add(ChangeKind.Upsert, map, rows);

    /// <summary>Writes over rows whose key is there; those that would not change are not rewritten.</summary>
    /// <param name="map">The table.</param>
    /// <param name="rows">The rows; read once, when the unit is planned or written.</param>
    public UnitOfWork Update<T>(TableMap<T> map, IEnumerable<T> rows) => Add(ChangeKind.Update, map, rows);

    /// <inheritdoc cref="Update{T}(TableMap{T}, IEnumerable{T})"/>
    public UnitOfWork Update<T>(TableMap<T> map, IAsyncEnumerable<T> rows) => Add(ChangeKind.Update, map, rows);

    /// <summary>Deletes rows by their key; the other columns are not looked at.</summary>
    /// <param name="map">The table.</param>
    /// <param name="rows">The rows; read once, when the unit is planned or written.</param>
    public UnitOfWork Delete<T>(TableMap<T> map, IEnumerable<T> rows) => Add(ChangeKind.Delete, map, rows);

    /// <inheritdoc cref="Delete{T}(TableMap{T}, IEnumerable{T})"/>
    public UnitOfWork Delete<T>(TableMap<T> map, IAsyncEnumerable<T> rows) => Add(ChangeKind.Delete, map, rows);

    /// <summary>Locks rows by their key until the transaction ends, at their place in the order.</summary>
    /// <param name="map">The table.</param>
    /// <param name="rows">The rows; read once, when the unit is planned or written.</param>
    /// <param name="mode">How strongly. Take what you will need at once: strengthening a lock later is a way into a deadlock.</param>
    public UnitOfWork Lock<T>(TableMap<T> map, IEnumerable<T> rows, RowLock mode = RowLock.NoKeyUpdate)
    {
        ArgumentNullException.ThrowIfNull(map);
        _changes.Add(new Change<T>(_changes.Count, ChangeKind.Lock, map, new RowSource<T>(rows)) { Mode = mode });
        return this;
    }

    /// <summary>Adds to a counter. Amounts for the same key are summed and applied once, after everything else.</summary>
    /// <param name="counter">The counter.</param>
    /// <param name="key">The row that counts.</param>
    /// <param name="amount">How much; below zero to take away.</param>
    public UnitOfWork Count<TKey>(Counter<TKey> counter, TKey key, long amount = 1) where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(counter);
        if (!_tallies.TryGetValue(counter, out var tally))
        {
            _tallies.Add(counter, tally = new CounterTally<TKey>(counter));
        }

        ((CounterTally<TKey>)tally).Add(key, amount);
        return this;
    }

    private UnitOfWork Add<T>(ChangeKind kind, TableMap<T> map, IEnumerable<T> rows)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(rows);
        _changes.Add(new Change<T>(_changes.Count, kind, map, new RowSource<T>(rows)));
        return this;
    }

    private UnitOfWork Add<T>(ChangeKind kind, TableMap<T> map, IAsyncEnumerable<T> rows)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(rows);
        _changes.Add(new Change<T>(_changes.Count, kind, map, new RowSource<T>(rows)));
        return this;
    }
}
