using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Output.Plans;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.CliTests.Output.Plans;

public sealed class PlanViewTests
{
    [Fact]
    public void Piped_a_plan_is_indented_lines() => Expected.IsIn(Written(TestTerminal.Piped()), "Output", "Plans", "plan.plain.txt");

    [Fact]
    public void On_a_terminal_a_plan_is_a_tree_in_colour() =>
        Expected.IsIn(Written(TestTerminal.Interactive()), "Output", "Plans", "plan.color.txt");

    [Fact]
    public void Without_colours_a_plan_is_a_tree_without_colours()
    {
        var written = Written(TestTerminal.Interactive(), "--no-color");

        Assert.Contains("├──", written, StringComparison.Ordinal);
        Assert.DoesNotMatch("ESC\\[[39][0-9]m", written);
        Assert.Equal(written, Written(TestTerminal.Interactive().With("NO_COLOR", "1")));
    }

    [Fact]
    public void As_json_a_plan_is_one_object()
    {
        var terminal = TestTerminal.Interactive();
        terminal.Reporter("--json").WriteObject(PlanOutput.Of(Plans.Example), json => json.PlanOutput);

        Expected.IsIn(terminal.ShownOut, "Output", "Plans", "plan.json");
    }

    [Fact]
    public void A_rollback_that_drops_what_sql_made_is_not_said_to_be_noticed_by_nobody()
    {
        var terminal = TestTerminal.Piped();

        PlanView.Write(terminal.Reporter().Data, Plans.Example with { Rollback = [new DropMadeStage("drop what was made", 0)] });

        Assert.Contains("rollback\n    drop what was made  its locks are not known", terminal.ShownOut.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static string Written(TestTerminal terminal, params string[] args)
    {
        PlanView.Write(terminal.Reporter(args).Data, Plans.Example);
        Assert.Empty(terminal.Error);
        return terminal.ShownOut;
    }
}
