using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Lockkeeper.BulkWrite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.EntityFrameworkCore.Mapping;

/// <summary>One writer for each database and set of types, so that the catalog is read once for them. The lock order is that of the database and the same for all.</summary>
internal static class EntityWriters
{
    private static readonly ConditionalWeakTable<IModel, ConcurrentDictionary<string, BulkWriter>> Writers = [];

    public static BulkWriter For(DbContext context, IReadOnlyCollection<EntityMaps> maps)
    {
        var connection = context.Database.GetDbConnection();
        var types = string.Join(",", maps.Select(map => map.Type.FullName).Order(StringComparer.Ordinal));
        return Writers.GetOrCreateValue(context.Model).GetOrAdd(
            $"{connection.DataSource}/{connection.Database}/{types}",
            _ => new BulkWriter(null, new BulkWriteTables(maps.SelectMany(map => map.All).Distinct()), logs: context.GetService<ILoggerFactory>()));
    }
}
