using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Migrations;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.CliTests.Output;

public sealed class StatusTests
{
    private static readonly SchemaStatus Started = new(
        new Identifier("shop"), "02_b", MigrationState.Started, new Identifier("shop_02_b"), new Identifier("shop_01_a"));

    [Fact]
    public void A_status_is_a_small_table() => Assert.Equal(
        """
        schema       shop
        migration    02_b
        state        started: both versions serve
        version      shop_02_b  SET search_path TO "shop_02_b"
        old version  shop_01_a
        next         lockkeeper complete, or lockkeeper rollback

        """,
        Written(Started));

    [Fact]
    public void Without_migrations_it_says_so() => Assert.Equal(
        """
        schema       shop
        migration    none
        state        no migrations

        """,
        Written(new SchemaStatus(new Identifier("shop"), null, MigrationState.None, null, null)));

    [Fact]
    public void As_json_it_begins_with_the_fields_of_pgroll()
    {
        var terminal = TestTerminal.Piped();
        terminal.Reporter("--json").WriteObject(StatusOutput.Of(Started), json => json.StatusOutput);

        Assert.Equal(
            """
            {
              "schema": "shop",
              "version": "02_b",
              "status": "In progress",
              "migration": "02_b",
              "state": "started",
              "versionSchema": "shop_02_b",
              "previousVersionSchema": "shop_01_a"
            }

            """,
            terminal.Out);
    }

    [Theory]
    [InlineData(MigrationState.None, "No migrations")]
    [InlineData(MigrationState.Starting, "In progress")]
    [InlineData(MigrationState.Started, "In progress")]
    [InlineData(MigrationState.Completing, "In progress")]
    [InlineData(MigrationState.RollingBack, "In progress")]
    [InlineData(MigrationState.Complete, "Complete")]
    public void Each_state_has_the_word_that_pgroll_has_for_it(MigrationState state, string expected) =>
        Assert.Equal(expected, StatusOutput.Of(Started with { State = state }).Status);

    private static string Written(SchemaStatus status)
    {
        var terminal = TestTerminal.Piped();
        StatusView.Write(terminal.Reporter().Data, status);
        return terminal.Out;
    }
}
