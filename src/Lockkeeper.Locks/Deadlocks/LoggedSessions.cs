using System.Text.RegularExpressions;
using Lockkeeper.Locks.Deadlocks.Logs;
using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>What a log has told so far of each process. The message of a wait has only the numbers of those who hold the lock.</summary>
internal sealed partial class LoggedSessions
{
    private readonly Dictionary<int, (string? Name, string? Statement)> _known = [];

    public void Read(LogEntry entry)
    {
        if (entry.Pid is { } pid)
        {
            var (name, statement) = _known.GetValueOrDefault(pid);
            _known[pid] = (entry.Application ?? entry.User ?? name, StatementOf(entry) ?? statement);
        }
    }

    /// <summary>What is known of a process; of one that has logged nothing, nothing.</summary>
    public (string? Name, string? Statement) Of(int pid) => _known.GetValueOrDefault(pid);

    private static string? StatementOf(LogEntry entry)
    {
        var statement = entry.Statement ?? (LoggedRegex().Match(entry.Message) is { Success: true } logged ? logged.Groups[1].Value : null);
        return statement is null ? null : QueryShape.Of(statement);
    }

    // log_statement, log_min_duration_statement and log_duration write a statement as the message itself.
    [GeneratedRegex(@"^(?:duration: [\d.]+ ms  )?(?:statement|execute [^:]*|fastpath function call): (.+)$", RegexOptions.Singleline)]
    private static partial Regex LoggedRegex();
}
