using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;

namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>A program to run, with its arguments.</summary>
internal sealed class Command(string program, ImmutableArray<string> arguments, string? folder = null)
{
    // A background process that keeps our pipes open must not keep us: on Windows a postmaster inherits pg_ctl's.
    private static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(1);

    public string Program => program;

    public ImmutableArray<string> Arguments => arguments;

    /// <summary>Runs it to its end. A program that is missing or exceeds the limit gives a failed result.</summary>
    /// <remarks>Cancelling, like the limit, kills the program and what it started.</remarks>
    public async Task<CommandResult> RunAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo() };
        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            return new CommandResult(CommandResult.NotStarted, "", $"{program}: {missing.Message}");
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new CommandResult(CommandResult.NotStarted, "", $"{program} was still running after {limit}.");
        }

        return new CommandResult(
            process.ExitCode,
            await LastWordsAsync(output, time).ConfigureAwait(false),
            await LastWordsAsync(errors, time).ConfigureAwait(false));
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,

            // Another user may not enter our current folder.
            WorkingDirectory = folder ?? Path.GetPathRoot(Environment.CurrentDirectory) ?? "",
        };

        // PGDATA, PGPORT, PGOPTIONS and the like are meant for the caller's own server.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static async Task<string> LastWordsAsync(Task<string> reading, TimeProvider time)
    {
        try
        {
            return await reading.WaitAsync(LastWordsLimit, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return "";
        }
    }
}
