using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.CliTests.Servers;

/// <summary>pgroll's example migrations as they are, with one command on an empty database.</summary>
public sealed class PgrollExamplesTests(PostgresFixture postgres)
{
    [Fact]
    public async Task All_of_them_apply_in_order()
    {
        var files = PgrollExamples.FilesOrSkip();
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.Database.ExecuteAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public", TestContext.Current.CancellationToken);
        await scene.SucceedAsync(["init"]);

        var result = await scene.RunAsync("migrate", Path.GetDirectoryName(files[0])!, "--complete");

        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Equal(
            files.Select(file => $"Completed {Path.GetFileNameWithoutExtension(file)}"),
            result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..line.IndexOf(" in ", StringComparison.Ordinal)]));

        // The "down" of one names a column that no version has. Nobody would have used it.
        Assert.Contains("Note: The server refuses \"down\" of column \"name\": column \"event_name\" does not exist. It is left out", result.Error, StringComparison.Ordinal);
    }
}
