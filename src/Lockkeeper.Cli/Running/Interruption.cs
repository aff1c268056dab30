using Lockkeeper.Cli.Output;
using Lockkeeper.Migrations;
using Npgsql;

namespace Lockkeeper.Cli.Running;

/// <summary>Says what an interrupted command has left, by asking the database.</summary>
internal static class Interruption
{
    // Somebody has just asked to stop: the answer must not keep them waiting.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<Failure> DescribeAsync(CommandRun? run)
    {
        if (run is not { HasDatabase: true })
        {
            return Interrupted(ExitCode.Interrupted) with { IsTrue = Failures.Untouched };
        }

        using var enough = new CancellationTokenSource(Patience, run.Context.Time);
        try
        {
            return Describe(await run.Migrator.StatusAsync(enough.Token));
        }
        catch (Exception refused) when (refused is MigrationException { Outcome: MigrationOutcome.NothingChanged } or InvalidMigrationException)
        {
            return Interrupted(ExitCode.Interrupted) with { IsTrue = "No migration is under way." };
        }
        catch (Exception unknown) when (unknown is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            return Interrupted(ExitCode.Unfinished) with
            {
                IsTrue = "What was done is recorded; the database could not be asked how far it is.",
                WhatToDo = "\"lockkeeper status\" shows where the schema stands; then \"lockkeeper resume\" or \"lockkeeper rollback\".",
            };
        }
    }

    private static Failure Describe(SchemaStatus status) => status.State switch
    {
        MigrationState.None or MigrationState.Complete => Interrupted(ExitCode.Interrupted) with { IsTrue = "No migration is under way." },
        MigrationState.Started => Left(status, $"Migration {status.Migration} is started: both versions serve."),
        MigrationState.Completing => Left(status, $"Migration {status.Migration} is half completed, and how far is recorded."),
        MigrationState.RollingBack => Left(status, $"Migration {status.Migration} is half rolled back, and how far is recorded."),
        _ => Left(status, $"Migration {status.Migration} is half started, and how far is recorded. Clients of the old version go on."),
    };

    private static Failure Left(SchemaStatus status, string isTrue) => Interrupted(ExitCode.Unfinished) with
    {
        IsTrue = isTrue,
        WhatToDo = $"Next: {StatusView.NextAfter(status.State)}.",
    };

    private static Failure Interrupted(ExitCode exitCode) => new(ErrorCodes.Interrupted, exitCode, "Interrupted.");
}
