using System.Reflection;
using Lockkeeper.BulkWrite.Mapping;

namespace Lockkeeper.EntityFrameworkCore.Mapping;

/// <summary>Makes a map of the columns that were found. The types of values are known only now, hence the reflection.</summary>
internal static class EntityMapBuilder<T> where T : class
{
    private static readonly MethodInfo AddOfType =
        typeof(EntityMapBuilder<T>).GetMethod(nameof(Add), BindingFlags.NonPublic | BindingFlags.Static)!;

    public static TableMap<T> Build(string schema, string table, IReadOnlyList<EntityColumn> columns) => TableMap.Of<T>(schema, table, builder =>
    {
        foreach (var column in columns.OrderByDescending(column => column.IsKey))
        {
            if (column.IsDrawn)
            {
                builder.DrawnKey(
                    entity => Convert.ToInt64(column.Sent(entity), System.Globalization.CultureInfo.InvariantCulture),
                    (entity, drawn) => column.Put(entity, drawn),
                    column.Name);
            }
            else
            {
                AddOfType.MakeGenericMethod(column.SentType).Invoke(null, [builder, column]);
            }
        }

        if (columns.Where(column => column is { Property.IsConcurrencyToken: true, IsKeptByServer: false, IsCountedUp: false }).Select(column => column.Name).ToList() is { Count: > 0 } tokens)
        {
            builder.OnlyIf(string.Join(" AND ", tokens.Select(name => new Model.Naming.Identifier(name))
                .Select(name => $"{{old}}.{name} IS NOT DISTINCT FROM {{new}}.{name}")));
        }
    });

    private static void Add<TValue>(TableMapBuilder<T> builder, EntityColumn column)
    {
        if (column.IsKey)
        {
            builder.Key(entity => (TValue)column.Sent(entity)!, column.Name);
        }
        else if (column.IsKeptByServer)
        {
            builder.OnlyIfStill<TValue>(entity => (TValue)column.Sent(entity)!, (entity, token) => column.PutToken(entity, token), column.Name);
        }
        else if (column.IsCountedUp)
        {
            builder.Version<TValue>(entity => (TValue)column.Sent(entity)!, (entity, token) => column.PutToken(entity, token), column.Name);
        }
        else
        {
            builder.Column(entity => (TValue)column.Sent(entity)!, column.Name);
        }
    }
}
