using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Backfill;
using Lockkeeper.Backfill.Steering;

namespace Lockkeeper.Cli.Output;

/// <summary>Shows where backfills stand.</summary>
internal static class BackfillStatusView
{
    public static void Write(Screen screen, ImmutableArray<BackfillStatus> all)
    {
        if (all.IsEmpty)
        {
            screen.Line("No backfill is known.");
        }

        for (var i = 0; i < all.Length; i++)
        {
            if (i > 0)
            {
                screen.Line();
            }

            Write(screen, all[i]);
        }
    }

    /// <summary>One word for a script, and for a person.</summary>
    public static string StateOf(BackfillStatus status) => status switch
    {
        { FinishedAt: not null } => "finished",
        { Command: BackfillCommand.Cancel } => "cancelled",
        { Command: BackfillCommand.Pause } => "paused",
        _ when status.Workers.All(worker => worker.IsSilent) => "interrupted",
        _ when status.Workers.All(worker => worker.IsSilent || worker.Held is not null) => "held",
        _ => "running",
    };

    private static void Write(Screen screen, BackfillStatus status)
    {
        Row("backfill", Shown.Line(status.Name));
        Row("table", Shown.Line(status.Table));
        Row("state", Shown.Line(State(status)));
        Row("done", Done(status));
        if (status.TargetChunk is not null || status.RowsPerSecondCeiling is not null || status.Throttles is not null)
        {
            Row("pace", Shown.Line(Pace(status)));
        }

        foreach (var worker in status.Workers)
        {
            Row("worker", Shown.Line(Of(worker)));
            if (worker.Held is { } held)
            {
                Row("", $"[yellow]stands still:[/] {Shown.Line(held)}");
            }

            if (worker.Unreadable is { } unreadable && unreadable != worker.Held)
            {
                Row("", $"[dim]cannot be read: {Shown.Line(unreadable)}[/]");
            }
        }

        void Row(string label, string value) => screen.Line($"[bold]{label,-8}[/]  {value}");
    }

    private static string State(BackfillStatus status)
    {
        var by = status is { CommandBy: { } who, CommandAt: { } at } && status.Command != BackfillCommand.Run && status.FinishedAt is null
            ? string.Create(CultureInfo.InvariantCulture, $" by {who}, {at.ToLocalTime():yyyy-MM-dd HH:mm:ss}")
            : "";
        return StateOf(status) switch
        {
            "finished" => string.Create(CultureInfo.InvariantCulture, $"finished {status.FinishedAt!.Value.ToLocalTime():yyyy-MM-dd HH:mm:ss}"),
            "interrupted" => "interrupted: nobody works at it; run it again, or \"lockkeeper work\"",
            var state => state + by,
        };
    }

    private static string Done(BackfillStatus status)
    {
        var share = status.BlocksTotal <= 0 ? status.FinishedAt is null ? 0 : 1 : Math.Clamp((double)status.BlocksDone / status.BlocksTotal, 0, 1);
        var rate = status.FinishedAt is null && status.RowsPerSecond > 0 ? $", {Amounts.Rate(status.RowsPerSecond)}" : "";
        return $"{Amounts.Percent(share)}, {Amounts.Rows(status.Rows)}{rate}";
    }

    private static string Pace(BackfillStatus status) => string.Join(", ", new[]
    {
        status.TargetChunk is { } chunk ? $"chunks of {Amounts.Duration(chunk)}" : null,
        status.RowsPerSecondCeiling is { } ceiling ? $"at most {Amounts.Rate(ceiling)}" : null,
        status.Throttles is { } throttles ? throttles.IsEmpty ? "no throttle" : string.Join(", ", throttles) : null,
    }.OfType<string>());

    private static string Of(BackfillWorker worker)
    {
        var who = string.Create(CultureInfo.InvariantCulture, $"{worker.Host}, process {worker.ProcessId}");
        return worker.IsSilent
            ? $"{who}: not heard of for {Amounts.Duration(worker.Silence)}"
            : string.Create(CultureInfo.InvariantCulture, $"{who}: {worker.Sessions} sessions, {Amounts.Rows(worker.Rows)}, {Amounts.Rate(worker.RowsPerSecond)}")
              + (worker.LastChunk is { Ticks: > 0 } chunk ? $", chunks of {Amounts.Duration(chunk)}" : "");
    }
}
