using Lockkeeper.TestKit;
using Microsoft.EntityFrameworkCore;

namespace Lockkeeper.BulkWriteTests.EntityFrameworkCore;

/// <summary>A database made by the model.</summary>
internal sealed class BlogScene(Scene scene) : IAsyncDisposable
{
    public Scene Scene => scene;

    public static async Task<BlogScene> OpenAsync(PostgresFixture postgres, int version)
    {
        var opened = new BlogScene(await Scene.OpenAsync(postgres, version, "SELECT 1"));
        await using var context = opened.Context();
        await opened.Scene.ExecuteAsync(context.Database.GenerateCreateScript());
        return opened;
    }

    public BlogContext Context() => new(new DbContextOptionsBuilder<BlogContext>().UseNpgsql(scene.Source).Options);

    public ValueTask DisposeAsync() => scene.DisposeAsync();
}
