using Lockkeeper.Migrations.Format;

namespace Lockkeeper.CliTests.Commands;

public sealed class SchemaTests
{
    [Fact]
    public async Task The_published_schema_is_printed()
    {
        var terminal = TestTerminal.Piped();

        Assert.Equal(0, await terminal.RunAsync("schema"));

        Assert.Equal(MigrationFormat.JsonSchema(), terminal.Out);
    }
}
