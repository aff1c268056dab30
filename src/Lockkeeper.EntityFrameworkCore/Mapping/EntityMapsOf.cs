using System.Runtime.CompilerServices;
using Lockkeeper.BulkWrite.Mapping;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Lockkeeper.EntityFrameworkCore.Mapping;

/// <summary>The maps of one type of entity: one that leaves columns with a default to the database, and one that writes them.</summary>
internal sealed class EntityMaps<T> : EntityMaps where T : class
{
    private static readonly ConditionalWeakTable<IModel, EntityMaps<T>> Known = [];

    private readonly List<EntityColumn> _defaulted;

    private EntityMaps(IModel model)
    {
        var columns = new EntityColumns(model, typeof(T)).Read();
        _defaulted = [.. columns.Where(column => column.HasDefault)];
        var (schema, table) = EntityColumns.TableOf(model, typeof(T));
        Plain = EntityMapBuilder<T>.Build(schema, table, [.. columns.Where(column => !column.HasDefault)]);
        Whole = _defaulted.Count == 0 ? Plain : EntityMapBuilder<T>.Build(schema, table, columns);
    }

    public override Type Type => typeof(T);

    public override IEnumerable<TableMap> All => [Plain, Whole];

    public TableMap<T> Plain { get; }

    public TableMap<T> Whole { get; }

    public static EntityMaps<T> Of(IModel model) => Known.GetValue(model, m => new EntityMaps<T>(m));

    /// <summary>The map for some entities: a value that is not given is the default's to fill in, and one that is given must not be lost.</summary>
    public TableMap<T> For(IReadOnlyList<T> entities)
    {
        var given = _defaulted.Select(column => (Column: column, Count: entities.Count(entity => !column.IsSentinel(entity)))).ToList();
        if (given.All(column => column.Count == 0))
        {
            return Plain;
        }

        return given.FirstOrDefault(column => column.Count < entities.Count).Column is { } mixed
            ? throw EntityMapException.SomeHaveValues(mixed.Property)
            : Whole;
    }
}
