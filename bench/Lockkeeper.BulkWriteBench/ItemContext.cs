using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Lockkeeper.BulkWriteBench;

/// <summary>The same units by EF Core: what is there is read, changed and saved.</summary>
internal sealed class ItemContext(NpgsqlDataSource source) : DbContext
{
    public static async Task UpsertAsync(NpgsqlDataSource source, long[] keys)
    {
        await using var context = new ItemContext(source);
        var known = await context.Set<Item>().Where(item => keys.Contains(item.Id)).ToDictionaryAsync(item => item.Id);
        foreach (var key in keys)
        {
            if (!known.TryGetValue(key, out var item))
            {
                context.Add(item = new Item { Id = key });
            }

            item.Name = $"x{key}";
            item.Amount++;
        }

        await context.SaveChangesAsync();
    }

    public static async Task MixedAsync(NpgsqlDataSource source, long[] keys, bool deletes)
    {
        await using var context = new ItemContext(source);
        if (deletes)
        {
            context.RemoveRange(keys.Take(5).Select(key => new Parent { Id = key }));
            await context.SaveChangesAsync();
            return;
        }

        var numbers = keys.Select(key => key * 3).ToArray();
        var parents = await context.Set<Parent>().Where(parent => keys.Contains(parent.Id)).ToDictionaryAsync(parent => parent.Id);
        var children = await context.Set<Child>().Where(child => numbers.Contains(child.Id)).ToDictionaryAsync(child => child.Id);
        foreach (var key in keys)
        {
            if (!parents.TryGetValue(key, out var parent))
            {
                context.Add(parent = new Parent { Id = key, Code = $"c{5000 - key}" });
            }

            parent.Amount++;
            if (!children.ContainsKey(key * 3))
            {
                context.Add(new Child { Id = key * 3, ParentId = key });
            }
        }

        await context.SaveChangesAsync();
    }

    protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsql(source);

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<Item>().ToTable("items");
        model.Entity<Parent>().ToTable("parents").HasMany<Child>().WithOne().HasForeignKey(child => child.ParentId).OnDelete(DeleteBehavior.Cascade);
        model.Entity<Child>().ToTable("children").Property(child => child.ParentId).HasColumnName("parent_id");
        foreach (var property in model.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(property.Name == nameof(Child.ParentId) ? "parent_id" : property.Name.ToLowerInvariant());
            property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
        }
    }

    private sealed class Item
    {
        public long Id { get; set; }

        public string Name { get; set; } = "";

        public long Amount { get; set; }
    }

    private sealed class Parent
    {
        public long Id { get; set; }

        public string Code { get; set; } = "";

        public long Amount { get; set; }
    }

    private sealed class Child
    {
        public long Id { get; set; }

        public long ParentId { get; set; }
    }
}
