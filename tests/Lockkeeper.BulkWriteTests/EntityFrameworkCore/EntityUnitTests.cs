using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.EntityFrameworkCore;
using Lockkeeper.TestKit;
using Microsoft.EntityFrameworkCore;

namespace Lockkeeper.BulkWriteTests.EntityFrameworkCore;

/// <summary>Entities are written as the model says, and EF reads back what was written.</summary>
public sealed class EntityUnitTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public async Task Identity_keys_are_drawn_and_reach_what_references_them_by_navigation(int version)
    {
        await using var scene = await OpenAsync(version);
        var blog = new Blog { Title = "a" };
        var posts = Enumerable.Range(0, 3).Select(n => new Post { Blog = blog, Text = $"{n}" }).ToList();

        await using (var context = scene.Context())
        {
            var report = await context.BulkWriteAsync(unit => unit.Insert(posts).Insert([blog]), Scene.Token);
            Assert.Equal(4, report.Inserted);
        }

        Assert.NotEqual(0, blog.Id);
        await using var reading = scene.Context();
        Assert.Equal(["0", "1", "2"], (await reading.Posts.Where(p => p.BlogId == blog.Id).OrderBy(p => p.Id).ToListAsync(Scene.Token)).Select(p => p.Text));
        Assert.Equal(posts.Select(p => p.Id).Order(), (await reading.Posts.Select(p => p.Id).ToListAsync(Scene.Token)).Order());
    }

    [Theory, EachPostgres]
    public async Task Converters_owned_parts_and_complex_parts_are_written_as_the_model_says(int version)
    {
        await using var scene = await OpenAsync(version);
        Blog[] blogs =
        [
            new() { Title = "a", Mood = Mood.Good, Contact = new Contact { Mail = "m", Home = new Home { Town = "t" } }, Size = new Size { Width = 3 } },
            new() { Title = "b", Mood = Mood.Bad, Tags = ["x", "y"] },
        ];

        await using (var context = scene.Context())
        {
            await context.BulkWriteAsync(unit => unit.Insert(blogs), Scene.Token);
        }

        await using var reading = scene.Context();
        var read = await reading.Blogs.OrderBy(b => b.Title).ToListAsync(Scene.Token);
        Assert.Equal((Mood.Good, "m", "t", 3), (read[0].Mood, read[0].Contact!.Mail, read[0].Contact!.Home!.Town, read[0].Size.Width));
        Assert.Equal(Mood.Bad, read[1].Mood);
        Assert.Null(read[1].Contact);
        Assert.Equal(["x", "y"], read[1].Tags);
        Assert.Equal("good\nbad", await scene.Scene.RowsAsync("SELECT mood FROM app.blog ORDER BY title"));
    }

    [Theory, EachPostgres]
    public async Task What_only_the_tracker_knows_is_written_too(int version)
    {
        await using var scene = await OpenAsync(version);
        await using var context = scene.Context();
        var post = new Post { Blog = new Blog { Title = "a" }, Text = "t" };
        context.Entry(post).Property("Mark").CurrentValue = "seen";

        await context.BulkWriteAsync(unit => unit.Insert([post.Blog]).Insert([post]), Scene.Token);

        Assert.Equal("t|seen", await scene.Scene.RowsAsync("SELECT \"Text\", mark FROM app.post"));
    }

    [Theory, EachPostgres]
    public async Task A_unit_of_entities_shows_its_plan_and_writes_nothing(int version)
    {
        await using var scene = await OpenAsync(version);
        await using var context = scene.Context();
        var blog = new Blog { Title = "a" };

        var plan = await context.BulkPlanAsync(unit => unit.Insert([new Post { Blog = blog }]).Insert([blog]), Scene.Token);

        Assert.Equal(["blog", "post"], plan.Tables.Select(table => table.Table.Name.Value));
        Assert.Equal(0, await context.Blogs.CountAsync(Scene.Token));
    }

    // Options, streams and counters are the writer's; how entities are written is the model's.
    [Theory, EachPostgres]
    public async Task The_models_maps_serve_a_writer_of_ones_own(int version)
    {
        await using var scene = await OpenAsync(version);
        await using var context = scene.Context();
        await scene.Scene.ExecuteAsync("ALTER TABLE app.blog ADD posts bigint NOT NULL DEFAULT 0");
        var (blogs, posts) = (context.BulkMap<Blog>(), context.BulkMap<Post>());
        var counter = new Counter<int>("app", "blog", "id", "posts").Following(new CounterTruth("app", "post", "BlogId"));
        using var writer = new BulkWriter(scene.Scene.Source, new BulkWriteTables(blogs, posts).With(counter), new BulkWriteOptions { BufferRows = 10 });
        var blog = new Blog { Title = "a", Mood = Mood.Bad };
        await writer.WriteAsync(new UnitOfWork().Insert(blogs, [blog]), Scene.Token);

        var report = await writer.WriteAsync(new UnitOfWork().InsertOrIgnore(posts, PostsAsync()), Scene.Token);

        Assert.Equal(25, report.Inserted);
        Assert.Equal("bad|7|25", await scene.Scene.RowsAsync("SELECT mood, rank, posts FROM app.blog"));
        Assert.Same(blogs, context.BulkMap<Blog>());
        Assert.Contains("\"rank\"", string.Join(",", context.BulkMap<Blog>(writesDefaults: true).Columns), StringComparison.Ordinal);

        async IAsyncEnumerable<Post> PostsAsync()
        {
            for (var n = 0; n < 25; n++)
            {
                await Task.Yield();
                yield return new Post { BlogId = blog.Id, Text = $"{n}" };
            }
        }
    }

    [Theory, EachPostgres]
    public async Task A_hierarchy_in_one_table_keeps_its_types(int version)
    {
        await using var scene = await OpenAsync(version);

        await using (var context = scene.Context())
        {
            await context.BulkWriteAsync(unit => unit.Insert<Animal>([new Cat { Name = "c", Lives = 9 }, new Dog { Name = "d", Tricks = "sit" }]), Scene.Token);
        }

        await using var reading = scene.Context();
        Assert.Equal(9, (await reading.Set<Cat>().SingleAsync(Scene.Token)).Lives);
        Assert.Equal("sit", (await reading.Set<Dog>().SingleAsync(Scene.Token)).Tricks);
    }

    [Theory, EachPostgres]
    public async Task Defaults_of_the_database_are_left_to_it_and_given_values_are_kept(int version)
    {
        await using var scene = await OpenAsync(version);
        await using var context = scene.Context();
        await context.BulkWriteAsync(unit => unit.Insert([new Blog { Title = "default" }]), Scene.Token);
        await context.BulkWriteAsync(unit => unit.Insert([new Blog { Title = "given", Rank = 3 }]), Scene.Token);

        Assert.Equal("default|7\ngiven|3", await scene.Scene.RowsAsync("SELECT title, rank FROM app.blog ORDER BY title"));
        var mixed = await Assert.ThrowsAsync<EntityMapException>(() => context.BulkWriteAsync(
            unit => unit.Insert([new Blog { Title = "x" }, new Blog { Title = "y", Rank = 3 }]), Scene.Token));
        Assert.Equal("LK3051", mixed.Code);
    }

    [Theory, EachPostgres]
    public async Task Upsert_update_and_delete_go_by_the_key(int version)
    {
        await using var scene = await OpenAsync(version);
        await using var context = scene.Context();
        Blog[] blogs = [new() { Title = "a", Rank = 1 }, new() { Title = "b", Rank = 1 }, new() { Title = "c", Rank = 1 }];
        await context.BulkWriteAsync(unit => unit.Insert(blogs), Scene.Token);
        blogs[0].Title = "changed";

        var updated = await context.BulkWriteAsync(unit => unit.Update(blogs.Take(2)).Delete([blogs[2]]), Scene.Token);
        var upserted = await context.BulkWriteAsync(unit => unit.Upsert([blogs[1], new Blog { Title = "new", Rank = 1 }]), Scene.Token);

        Assert.Equal((1, 1, 1), (updated.Updated, updated.Unchanged, updated.Deleted));
        Assert.Equal((1, 1), (upserted.Inserted, upserted.Unchanged));
        Assert.Equal("b\nchanged\nnew", await scene.Scene.RowsAsync("SELECT title FROM app.blog ORDER BY title"));
    }

    [Theory, EachPostgres]
    public async Task A_row_whose_concurrency_token_differs_is_left_alone(int version)
    {
        await using var scene = await OpenAsync(version);
        await using var context = scene.Context();
        Ticket[] tickets = [new() { Id = 1, Text = "a", Version = 1 }, new() { Id = 2, Text = "b", Version = 1 }];
        await context.BulkWriteAsync(unit => unit.Insert(tickets), Scene.Token);
        await scene.Scene.ExecuteAsync("UPDATE app.ticket SET version = 2 WHERE id = 2");

        var report = await context.BulkWriteAsync(
            unit => unit.Update([new Ticket { Id = 1, Text = "x", Version = 1 }, new Ticket { Id = 2, Text = "x", Version = 1 }]), Scene.Token);

        Assert.Equal((1, 1), (report.Updated, report.Skipped));
        Assert.Equal("x\nb", await scene.Scene.RowsAsync("SELECT text FROM app.ticket ORDER BY id"));
    }

    [Theory, EachPostgres]
    public async Task A_number_that_is_a_token_is_counted_up_and_stale_entities_stay_stale(int version)
    {
        await using var scene = await OpenAsync(version);
        await using var context = scene.Context();
        Ticket mine = new() { Id = 1, Text = "a", Version = 1 }, theirs = new() { Id = 1, Text = "b", Version = 1 };
        await context.BulkWriteAsync(unit => unit.Insert([mine]), Scene.Token);
        mine.Text = "first";
        await context.BulkWriteAsync(unit => unit.Update([mine]), Scene.Token);
        var unchanged = await context.BulkWriteAsync(unit => unit.Upsert([mine]), Scene.Token);
        var stale = await context.BulkWriteAsync(unit => unit.Update([theirs]), Scene.Token);
        mine.Text = "second";
        await context.BulkWriteAsync(unit => unit.Upsert([mine]), Scene.Token);

        Assert.Equal((0, 1, 0, 1), (unchanged.Updated, unchanged.Skipped, stale.Updated, stale.Skipped));
        Assert.Equal((3, 1), (mine.Version, theirs.Version));
        Assert.Equal("second|3", await scene.Scene.RowsAsync("SELECT text, version FROM app.ticket"));
    }

    [Theory, EachPostgres]
    public async Task The_servers_own_token_is_compared_and_read_back(int version)
    {
        await using var scene = await OpenAsync(version);
        await using var context = scene.Context();
        Letter mine = new() { Id = 1, Text = "a" };
        await context.BulkWriteAsync(unit => unit.Insert([mine]), Scene.Token);
        Letter theirs = new() { Id = 1, Text = "theirs", Version = mine.Version };
        mine.Text = "first";
        var first = await context.BulkWriteAsync(unit => unit.Update([mine]), Scene.Token);
        var stale = await context.BulkWriteAsync(unit => unit.Update([theirs]), Scene.Token);

        Assert.Equal((1, 0, 1), (first.Updated, stale.Updated, stale.Skipped));
        Assert.NotEqual(mine.Version, theirs.Version);
        Assert.Equal(FormattableString.Invariant($"first|{mine.Version}"), await scene.Scene.RowsAsync("SELECT text, xmin FROM app.letter"));

        var upserted = await context.BulkWriteAsync(unit => unit.Upsert([theirs]), Scene.Token);
        Assert.Equal((0, 1), (upserted.Updated, upserted.Skipped));

        // EF goes on from there.
        context.Attach(mine).Entity.Text = "by EF";
        Assert.Equal(1, await context.SaveChangesAsync(Scene.Token));
    }

    [Theory, EachPostgres]
    public async Task It_takes_part_in_the_contexts_transaction(int version)
    {
        await using var scene = await OpenAsync(version);
        await using var context = scene.Context();
        await using (var transaction = await context.Database.BeginTransactionAsync(Scene.Token))
        {
            await context.BulkWriteAsync(unit => unit.Insert([new Blog { Title = "a" }]), Scene.Token);
            Assert.Equal(1, await context.Blogs.CountAsync(Scene.Token));
            await transaction.RollbackAsync(Scene.Token);
        }

        Assert.Equal(0, await context.Blogs.CountAsync(Scene.Token));
    }

    [Theory, EachPostgres]
    public async Task What_cannot_be_written_is_refused(int version)
    {
        await using var scene = await OpenAsync(version);
        await using var context = scene.Context();

        var refused = await Assert.ThrowsAsync<EntityMapException>(() => context.BulkWriteAsync(unit => unit.Insert(["no entity"]), Scene.Token));

        Assert.Equal("LK3050", refused.Code);
    }

    private async Task<BlogScene> OpenAsync(int version) => await BlogScene.OpenAsync(postgres, version);
}
