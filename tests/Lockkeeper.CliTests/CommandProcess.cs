using System.Diagnostics;
using System.Text;

namespace Lockkeeper.CliTests;

/// <summary>The program as it is built, in a process of its own.</summary>
internal sealed class CommandProcess : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);

    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Task _errorEnds;

    private CommandProcess(Process process)
    {
        _process = process;
        _errorEnds = ReadErrorAsync();
    }

    public int Id => _process.Id;

    private string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    public static CommandProcess Start(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "lockkeeper.dll"));
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        foreach (var name in start.Environment.Keys.Where(IsOurs).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new CommandProcess(Process.Start(start)!);
    }

    public static async Task<CommandResult> RunAsync(
        IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken, params string[] args)
    {
        using var process = Start(environment, args);
        return await process.EndAsync(cancellationToken);
    }

    public async Task<CommandResult> EndAsync(CancellationToken cancellationToken)
    {
        while (await ReadLineAsync(cancellationToken) is not null)
        {
        }

        await _process.WaitForExitAsync(cancellationToken);
        await _errorEnds;
        return new CommandResult(_process.ExitCode, _out.ToString(), Error);
    }

    /// <summary>Waits until it has written a line with the text to standard output.</summary>
    public async Task WaitForAsync(string text, CancellationToken cancellationToken)
    {
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        await _errorEnds;
        Assert.Fail($"It ended without writing \"{text}\":\n{_out}{Error}");
    }

    /// <summary>Waits until it has written a text to standard error.</summary>
    public async Task WaitForErrorAsync(string text, CancellationToken cancellationToken)
    {
        while (!Error.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(_errorEnds.IsCompleted && !Error.Contains(text, StringComparison.Ordinal), $"It ended without saying \"{text}\":\n{Error}");
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Asks it to end, as a shell or a supervisor does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReadErrorAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_error)
            {
                _error.Append(line).Append('\n');
            }
        }
    }

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        if (line is not null)
        {
            _out.Append(line).Append('\n');
        }

        return line;
    }

    // What whoever runs the tests has set must not decide how they end.
    private static bool IsOurs(string variable) =>
        variable.StartsWith("LOCKKEEPER_", StringComparison.Ordinal) || variable.StartsWith("PG", StringComparison.Ordinal);
}
