using System.CommandLine;
using System.Globalization;
using Lockkeeper.Cli.Asking;
using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Output.Json.Locks;
using Lockkeeper.Locks.Ending;
using Spectre.Console;

namespace Lockkeeper.Cli.Running;

/// <summary>Ends something of a session: shows what it is and who would be freed, asks, and does it to that very session or to none.</summary>
internal sealed class EndingSession
{
    private readonly Argument<string> _pid = new("pid") { Description = "The number of the session's process, as \"lockkeeper locks\" shows it" };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask", Arity = ArgumentArity.Zero };
    private readonly string _verb;
    private readonly Func<SessionEnder, EndableSession, CancellationToken, Task<EndResult>> _end;

    public EndingSession(
        Command command, CommandContext context, Func<SessionEnder, EndableSession, CancellationToken, Task<EndResult>> end)
    {
        _verb = command.Name;
        _end = end;
        command.Add(_pid);
        command.Add(_yes);
        command.SetWork(context, RunAsync);
    }

    private async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var pid = Numbers.Read(run.Parsed.GetRequiredValue(_pid), 1, int.MaxValue, _verb, "as the number of a process");
        var yes = run.Parsed.GetValue(_yes);
        if (!yes && !PromptConsole.CanAsk(run))
        {
            throw new UsageException($"There is no terminal to ask on: give --yes to {_verb} without being asked.");
        }

        var ender = new SessionEnder(run.DataSource);
        var session = await ender.FindAsync(pid, cancellationToken) ?? throw Gone(pid);
        Describe(run.Reporter, session);
        if (!yes && !await new ConfirmationPrompt($"{char.ToUpperInvariant(_verb[0])}{_verb[1..]} it?") { DefaultValue = false }
            .ShowAsync(PromptConsole.Of(run), cancellationToken))
        {
            run.Reporter.Say("Nothing was done.");
            return ExitCode.Done;
        }

        var result = await _end(ender, session, cancellationToken);
        if (result == EndResult.Gone)
        {
            throw Gone(pid);
        }

        Report(run.Reporter, session, result);
        return ExitCode.Done;
    }

    private static void Describe(Reporter reporter, EndableSession session)
    {
        var owner = session.Owner;
        reporter.Say(string.Create(CultureInfo.InvariantCulture,
            $"Session {owner.Id.Pid}: {owner.State ?? owner.BackendType}, {owner.Application ?? "no name"}, {owner.User}, database {owner.Database}"));
        if (owner.TransactionAge is { } age)
        {
            reporter.Say($"  transaction open for {Amounts.Duration(age)}; it would be undone by terminate, and by cancel when a statement is running");
        }

        if (owner.Query is { } query)
        {
            reporter.Say($"  {Output.Locks.WrappedText.Cut(query, 200)}");
        }

        reporter.Say($"  freed: {Numbered(session.Freed)}{(session.Helped.IsEmpty ? "" : $"; waits for others too: {Numbered(session.Helped)}")}");
    }

    private void Report(Reporter reporter, EndableSession session, EndResult result)
    {
        if (reporter.IsJson)
        {
            reporter.WriteObject(
                new EndOutput(session.Owner.Id.Pid, Names.Of(result), [.. session.Freed.Select(owner => owner.Id.Pid)]), json => json.EndOutput);
            return;
        }

        reporter.Data.Line(string.Create(CultureInfo.InvariantCulture, $"{(result, _verb) switch
        {
            (EndResult.Told, _) => $"Session {session.Owner.Id.Pid} was told to end and has not yet: it will when it next looks.",
            (_, "cancel") when session.Owner.IsIdleInTransaction =>
                $"Session {session.Owner.Id.Pid} was idle, so there was no statement to cancel; its transaction goes on. terminate ends it.",
            (_, "cancel") => $"The statement of session {session.Owner.Id.Pid} is cancelled.",
            _ => $"Session {session.Owner.Id.Pid} has ended, and its transaction is undone.",
        }}"));
    }

    private static string Numbered(IReadOnlyCollection<Lockkeeper.Locks.Graph.LockOwner> owners) => owners.Count switch
    {
        0 => "nobody",
        <= 10 => string.Join(", ", owners.Select(owner => owner.Id)),
        _ => string.Create(CultureInfo.InvariantCulture, $"{owners.Count} sessions"),
    };

    private static RefusedException Gone(int pid) => new(
        "LK4004",
        string.Create(CultureInfo.InvariantCulture, $"There is no session {pid}, or another one has that number now."),
        "Look again: lockkeeper locks")
    {
        IsTrue = "Nothing was cancelled or ended.",
    };
}
