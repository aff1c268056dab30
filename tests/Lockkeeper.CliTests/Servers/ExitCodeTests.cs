using Lockkeeper.Cli;
using Lockkeeper.TestKit;

namespace Lockkeeper.CliTests.Servers;

/// <summary>The endings of a command, each told apart by its number alone.</summary>
public sealed class ExitCodeTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Done_nothing_to_do_refused_and_not_reached_differ()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"], ["baseline", "01_a"]);
        scene.File("02_note.yaml", Scene.AddNote);

        await ExpectAsync(scene, ExitCode.Done, "migrate", scene.Folder, "-c", "--detailed-exit-code");
        await ExpectAsync(scene, ExitCode.NothingToDo, "migrate", scene.Folder, "-c", "--detailed-exit-code");
        await ExpectAsync(scene, ExitCode.Done, "migrate", scene.Folder, "-c");
        await ExpectAsync(scene, ExitCode.Refused, "complete");
        await ExpectAsync(scene, ExitCode.Refused, "migrate", Path.Combine(scene.Folder, "nowhere"));
        await ExpectAsync(scene, ExitCode.Usage, "migrate");
        await ExpectAsync(scene, ExitCode.CannotConnect, "status", "--postgres-url", "postgres://postgres@127.0.0.1:1/x");
    }

    [Fact]
    public async Task Failed_and_undone_differs_from_failed_and_left_to_be_resumed_or_rolled_back()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);
        var bad = scene.File("02_bad.yaml", Scene.AddNote.Replace("upper(customer)", "(1 / (id - 500))::text", StringComparison.Ordinal));
        var drop = scene.File("03_drop.yaml", "operations: [{drop_column: {table: orders, column: customer, down: \"''\"}}]");

        await ExpectAsync(scene, ExitCode.Undone, "start", bad);
        await ExpectAsync(scene, ExitCode.Done, "start", drop);
        await scene.Database.ExecuteAsync("CREATE VIEW meanwhile AS SELECT customer FROM orders", TestContext.Current.CancellationToken);
        await ExpectAsync(scene, ExitCode.Unfinished, "complete");
        await scene.Database.ExecuteAsync("DROP VIEW meanwhile", TestContext.Current.CancellationToken);
        await ExpectAsync(scene, ExitCode.Done, "resume");
    }

    private static async Task ExpectAsync(Scene scene, ExitCode expected, params string[] command)
    {
        var result = await scene.RunAsync(command);

        Assert.True(result.ExitCode == (int)expected, $"{string.Join(' ', command)} ended with {result}, not with {expected}.");
    }
}
