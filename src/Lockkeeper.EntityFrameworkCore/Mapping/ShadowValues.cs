using Microsoft.EntityFrameworkCore;

namespace Lockkeeper.EntityFrameworkCore.Mapping;

/// <summary>The context whose tracker has the values of properties that entities do not have themselves. Maps are shared between contexts.</summary>
internal sealed class ShadowValues : IDisposable
{
    private static readonly AsyncLocal<DbContext?> Current = new();

    private ShadowValues()
    {
    }

    public static ShadowValues Of(DbContext context)
    {
        Current.Value = context;
        return new ShadowValues();
    }

    public static object? Read(object entity, string property) => Current.Value?.Entry(entity).Property(property).CurrentValue;

    public void Dispose() => Current.Value = null;
}
