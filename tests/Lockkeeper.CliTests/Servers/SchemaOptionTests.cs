using Lockkeeper.TestKit;

namespace Lockkeeper.CliTests.Servers;

/// <summary>A schema that was mistyped is not one without migrations.</summary>
public sealed class SchemaOptionTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("status")]
    [InlineData("pull", "files")]
    [InlineData("latest", "schema")]
    [InlineData("migrate", "")]
    [InlineData("baseline", "01_base")]
    public async Task A_schema_that_is_not_there_is_refused(params string[] command)
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);

        var result = await scene.RunAsync([.. command.Select(word => word.Length == 0 ? scene.Folder : word), "--schema", "nosuch"]);

        Assert.Equal((3, ""), (result.ExitCode, result.Out));
        Assert.Contains("error LK1118: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("no schema \"nosuch\"", result.Error, StringComparison.Ordinal);
    }
}
