using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Lockkeeper.BulkWriteBench;

/// <summary>The same rows as entities.</summary>
internal sealed class RowContext(NpgsqlDataSource source) : DbContext
{
    private const int Chunk = 1_000;

    public static async Task InsertAsync(NpgsqlDataSource source, List<Row> rows)
    {
        await using var context = new RowContext(source);
        context.AddRange(rows);
        await context.SaveChangesAsync();
    }

    /// <summary>EF Core has no upsert: the rows that are there are read, changed and saved, the others added.</summary>
    public static async Task UpsertAsync(NpgsqlDataSource source, List<Row> rows)
    {
        await using var context = new RowContext(source);
        foreach (var chunk in rows.Chunk(Chunk))
        {
            var ids = chunk.Select(row => row.Id).ToArray();
            var known = await context.Set<Row>().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id);
            foreach (var row in chunk)
            {
                if (known.TryGetValue(row.Id, out var there))
                {
                    context.Entry(there).CurrentValues.SetValues(row);
                }
                else
                {
                    context.Add(row);
                }
            }
        }

        await context.SaveChangesAsync();
    }

    protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsql(source);

    protected override void OnModelCreating(ModelBuilder model) => model.Entity<Row>(row =>
    {
        row.ToTable("rows");
        row.Property(r => r.Id).ValueGeneratedNever();
        foreach (var property in row.Metadata.GetProperties())
        {
            property.SetColumnName(property.Name.ToLowerInvariant());
        }
    });
}
