using System.Runtime.InteropServices;
using Lockkeeper.Cli;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Running;

var terminal = Terminal.OfThisProcess();
using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

var context = new CommandContext(terminal, Environment.GetEnvironmentVariable, TimeProvider.System);
return await CommandTree.RunAsync(args, context, stopping.Token);

// The first signal asks for an orderly end, which takes as long as the statement at hand; a second one ends the process as usual.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stopping.IsCancellationRequested;
    if (!signal.Cancel)
    {
        terminal.ShowCursor();
    }

    stopping.Cancel();
}
