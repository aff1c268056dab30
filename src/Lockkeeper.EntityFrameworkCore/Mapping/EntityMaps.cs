using Lockkeeper.BulkWrite.Mapping;

namespace Lockkeeper.EntityFrameworkCore.Mapping;

/// <summary>The maps of one type of entity.</summary>
internal abstract class EntityMaps
{
    public abstract Type Type { get; }

    public abstract IEnumerable<TableMap> All { get; }
}
