using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Lockkeeper.BulkWriteTests.EntityFrameworkCore;

/// <summary>A model with what models have: a schema, named columns, converters, parts, a hierarchy, defaults, a token.</summary>
internal sealed class BlogContext(DbContextOptions<BlogContext> options) : DbContext(options)
{
    public DbSet<Blog> Blogs => Set<Blog>();

    public DbSet<Post> Posts => Set<Post>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.HasDefaultSchema("app");
        model.Entity<Blog>(blog =>
        {
            blog.ToTable("blog");
            blog.Property(b => b.Id).HasColumnName("id");
            blog.Property(b => b.Title).HasColumnName("title");
            blog.Property(b => b.Mood).HasColumnName("mood").HasConversion(
                new ValueConverter<Mood, string>(mood => mood == Mood.Good ? "good" : "bad", text => text == "good" ? Mood.Good : Mood.Bad));
            blog.Property(b => b.Rank).HasColumnName("rank").HasDefaultValue(7);
            blog.Property(b => b.Shout).HasColumnName("shout").HasComputedColumnSql("upper(title)", stored: true);
            blog.OwnsOne(b => b.Contact, contact => contact.OwnsOne(c => c.Home));
            blog.ComplexProperty(b => b.Size);
        });
        model.Entity<Post>().ToTable("post").Property<string?>("Mark").HasColumnName("mark");
        model.Entity<Animal>().ToTable("animal");
        model.Entity<Cat>();
        model.Entity<Dog>();
        model.Entity<Letter>(letter =>
        {
            letter.ToTable("letter");
            letter.Property(l => l.Id).HasColumnName("id").ValueGeneratedNever();
            letter.Property(l => l.Text).HasColumnName("text");
            letter.Property(l => l.Version).IsRowVersion();
        });
        model.Entity<Ticket>(ticket =>
        {
            ticket.ToTable("ticket");
            ticket.Property(t => t.Id).HasColumnName("id").ValueGeneratedNever();
            ticket.Property(t => t.Text).HasColumnName("text");
            ticket.Property(t => t.Version).HasColumnName("version").IsConcurrencyToken();
        });
    }
}
