namespace Lockkeeper.CliTests;

/// <summary>What only a process of its own can show: its streams, its exit code and its signals.</summary>
public sealed class ProcessTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    [Fact]
    public async Task Help_goes_to_standard_output()
    {
        var result = await CommandProcess.RunAsync(NoVariables, TestContext.Current.CancellationToken, "--help");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("lockkeeper [command] [options]", result.Out, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task A_failure_is_the_exit_code_and_has_no_control_characters_in_a_pipe()
    {
        var result = await CommandProcess.RunAsync(
            NoVariables, TestContext.Current.CancellationToken, "plan", "missing.yaml", "--postgres-url", "postgres://127.0.0.1:1/x");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("error LK1012: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Error, c => char.IsControl(c) && c != '\n');
        Assert.Empty(result.Out);
    }
}
