using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Locks.Explaining;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Locking;
using Spectre.Console;

namespace Lockkeeper.Cli.Output.Locks;

/// <summary>A queue as lines of markup: what it is for, who holds it, who waits, why, and what to do.</summary>
/// <param name="width">How wide a line may be.</param>
/// <param name="most">How many waiters are shown one by one.</param>
/// <param name="advice">Whether it is said how to keep it from coming back.</param>
internal sealed class QueueText(int width, int most, bool advice)
{
    // Wide enough to tell statements apart; what is piped is not cut to a terminal's width, but a statement can be very long.
    private const int LongestQuery = 200;

    public ImmutableArray<string> Lines(QueueReport report, string indent = "")
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        lines.Add(Heading(report, indent));
        foreach (var holder in report.Queue.Holders.Take(most))
        {
            AddHolder(lines, holder, report.Queue.Tag.Kind == LockKind.Relation, indent);
        }

        AddMore(lines, indent, "│  ", report.Queue.Holders.Length - most, "more hold it");
        AddWaiters(lines, report, indent);
        if (indent.Length > 0)
        {
            // It hangs on another queue, and goes when that goes.
            return lines.ToImmutable();
        }

        AddSentences(lines, indent, "why", report.Explanation.Why, "default");
        AddSentences(lines, indent, "now", report.Explanation.Now, "green");
        if (advice)
        {
            AddSentences(lines, indent, "then", report.Explanation.Later, "default");
        }

        return lines.ToImmutable();
    }

    private string Heading(QueueReport report, string indent)
    {
        var count = report.Queue.Waiters.Length == 1 ? "1 waits" : $"{report.Queue.Waiters.Length} wait";
        var right = $"{Words(report)}, {count}, longest {Amounts.Duration(report.Queue.LongestWait)}";
        var room = Room(indent) - 2;
        var left = WrappedText.Cut(report.Subject, Math.Max(10, room - right.Length - 2));
        var gap = new string(' ', Math.Clamp(room - left.Length - right.Length, 2, 40));
        return $"{indent}[red]●[/] [bold]{Markup.Escape(left)}[/]{gap}[yellow]{Markup.Escape(right)}[/]";
    }

    private void AddHolder(ImmutableArray<string>.Builder lines, Holder holder, bool isTable, string indent)
    {
        var owner = holder.Owner;
        var name = owner.Id.IsPrepared ? "prepared" : owner.Id.ToString();
        var doing = holder.Waits ? "waits itself" : State(owner);
        var age = owner.TransactionAge is { } open && !holder.Waits ? $", open for {Amounts.Duration(open)}" : "";
        var who = Who(owner) is { Length: > 0 } known ? $"{WrappedText.Cut(known, 24)}, " : "";
        lines.Add($"{indent}│  [bold]{Markup.Escape(name)}[/] [green]holds {Held(holder, isTable)}[/]  {Markup.Escape(WrappedText.Cut($"{who}{doing}{age}", Room(indent) - 12 - name.Length - Held(holder, isTable).Length))}");
        if (owner.Query is { } query)
        {
            // Of one that does nothing the server shows the last statement, which need not be the one that took the lock.
            var text = owner.State == "active" ? query : $"last: {query}";
            lines.Add($"{indent}│  [dim]{Markup.Escape(WrappedText.Cut(text, Room(indent) - 3))}[/]");
        }
    }

    private void AddWaiters(ImmutableArray<string>.Builder lines, QueueReport report, string indent)
    {
        var shown = report.Queue.Waiters.Take(report.Queue.Waiters.Length == most + 1 ? most + 1 : most).ToArray();
        var nested = report.Behind.ToDictionary(behind => behind.Queue);
        string? before = null;
        for (var i = 0; i < shown.Length; i++)
        {
            var waiter = shown[i];
            var isLast = i == report.Queue.Waiters.Length - 1;
            lines.Add(WaiterLine(waiter, report.Queue, $"{indent}{(isLast ? "└─ " : "├─ ")}", waiter.Owner.Query == before));
            before = waiter.Owner.Query;
            foreach (var behind in waiter.Holds.Where(nested.ContainsKey))
            {
                lines.AddRange(Lines(nested[behind], $"{indent}{(isLast ? "   " : "│  ")}"));
            }
        }

        var rest = report.Queue.Waiters.Skip(shown.Length).ToArray();
        if (rest.Length > 0)
        {
            lines.Add($"{indent}└─ [dim]{rest.Length} more, {Amounts.Duration(rest.Min(w => w.Waited))} to {Amounts.Duration(rest.Max(w => w.Waited))}[/]");
            foreach (var behind in rest.SelectMany(waiter => waiter.Holds).Where(nested.ContainsKey))
            {
                lines.AddRange(Lines(nested[behind], $"{indent}   "));
            }
        }
    }

    private string WaiterLine(Waiter waiter, LockQueue queue, string indent, bool isSameQuery)
    {
        var waited = Amounts.Duration(waiter.Waited);
        var wants = waiter.Owner.Query is null
            ? waiter.Owner.BackendType is null or "client backend" ? "(its statement is hidden)" : waiter.Owner.BackendType
            : isSameQuery ? "the same" : waiter.Owner.Query;
        var who = waiter.Owner.Application is { } application ? $"{WrappedText.Cut(application, 16)}  " : "";
        var text = WrappedText.Cut($"{who}{LockWords(waiter, queue)}{wants}", Room(indent) - waiter.Owner.Id.ToString().Length - Math.Max(6, waited.Length) - 2);
        return $"{indent}[bold]{waiter.Owner.Id}[/] [yellow]{waited,6}[/] {Markup.Escape(text)}";
    }

    // Of a table's lock the mode says why somebody waits, and whether it is for the holder or only for the queue in front.
    private static string LockWords(Waiter waiter, LockQueue queue) => queue.Tag.Kind != LockKind.Relation ? ""
        : waiter is { IsBlockedByHolder: false, Behind: { } before } ? $"{waiter.Mode.InWords()} behind {before}: "
        : $"{waiter.Mode.InWords()}: ";

    private static string Held(Holder holder, bool isTable) => isTable ? holder.Mode.InWords() : "it";

    private void AddSentences(
        ImmutableArray<string>.Builder lines, string indent, string label, ImmutableArray<string> sentences, string style)
    {
        foreach (var (sentence, place) in sentences.Select((sentence, place) => (sentence, place)))
        {
            foreach (var (line, part) in WrappedText.Lines(Shown.Bare(sentence, keepLines: false), Room(indent) - 5)
                .Select((line, part) => (line, part)))
            {
                var head = place == 0 && part == 0 ? $"[bold]{label,-4}[/]" : "    ";
                lines.Add($"{indent}{head} [{style}]{Markup.Escape(line)}[/]");
            }
        }
    }

    private static void AddMore(ImmutableArray<string>.Builder lines, string indent, string edge, int count, string words)
    {
        if (count > 0)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{indent}{edge}[dim]{count} {words}[/]"));
        }
    }

    private int Room(string indent) => Math.Min(width, LongestQuery) - indent.Length;

    private static string State(LockOwner owner) => owner switch
    {
        { Id.IsPrepared: true } => $"as \"{owner.PreparedName}\"",
        { State: null } => owner.BackendType ?? "state hidden",
        { IsIdleInTransaction: true, StateAge: { } age } => $"{owner.State} for {Amounts.Duration(age)}",
        { State: "active", QueryAge: { } age } => $"active for {Amounts.Duration(age)}",
        _ => owner.State,
    };

    // The application says most; where it has no name, the role and the machine have to do.
    private static string Who(LockOwner owner) => owner.Application
        ?? string.Join('@', new[] { owner.User, owner.ClientAddress }.Where(part => part is { Length: > 0 }));

    private static string Words(QueueReport report) => report.Explanation.Signature switch
    {
        LockSignature.HotRow => report.Queue.Waiters.Length == 1 ? "row lock" : "hot row",
        LockSignature.StarvedByShareLocks => "starved",
        LockSignature.SameKey => "same key",
        LockSignature.DdlQueue => "schema change queue",
        LockSignature.TableLock => "table lock",
        LockSignature.OldSnapshot => "old snapshot",
        LockSignature.Advisory => "application lock",
        LockSignature.CatalogConflict => "catalog",
        LockSignature.SpeculativeInsert => "upsert",
        LockSignature.StandbyReplay => "replay of the primary",
        LockSignature.Extension => "bulk insert",
        LockSignature.Ring => "deadlock",
        _ => "lock",
    };
}
