using Lockkeeper.Cli;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.CliTests.Output;

/// <summary>A full disk breaks no migration off, and is not passed over either.</summary>
public sealed class GuardedWriterTests
{
    [Fact]
    public async Task A_result_that_cannot_be_written_is_a_failure_of_its_own()
    {
        var error = new StringWriter();
        var terminal = new Terminal(new GuardedWriter(new FullDisk()), error);

        var exitCode = await CommandTree.RunAsync(
            ["schema"], new CommandContext(terminal, _ => null, TimeProvider.System), TestContext.Current.CancellationToken);

        Assert.Equal((int)ExitCode.NotWritten, exitCode);
        Assert.Contains("error LK1413: Standard output cannot be written: The disk is full.", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_said_changes_no_exit_code()
    {
        var terminal = new Terminal(new StringWriter(), new GuardedWriter(new FullDisk()));

        Assert.Equal(
            (int)ExitCode.Usage,
            await CommandTree.RunAsync(["nosuch"], new CommandContext(terminal, _ => null, TimeProvider.System), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_first_reason_is_kept_and_nothing_is_thrown()
    {
        var full = new FullDisk();
        var guarded = new GuardedWriter(full);

        guarded.WriteLine("a");
        guarded.Write("b");
        guarded.Write('c');
        guarded.Flush();

        Assert.Equal("The disk is full.", guarded.Failure?.Message);
        Assert.Equal(1, full.Attempts);
    }

    private sealed class FullDisk : StringWriter
    {
        public int Attempts { get; private set; }

        public override void Write(char value) => Fail();

        public override void Write(string? value) => Fail();

        public override void Write(char[] buffer, int index, int count) => Fail();

        public override void WriteLine(string? value) => Fail();

        private void Fail()
        {
            Attempts++;
            throw new IOException("The disk is full.");
        }
    }
}
