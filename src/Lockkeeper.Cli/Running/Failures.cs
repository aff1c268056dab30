using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.Locks;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;
using Npgsql;

namespace Lockkeeper.Cli.Running;

/// <summary>Says of each exception what it means to somebody at a terminal.</summary>
internal static class Failures
{
    public const string Untouched = "Nothing was changed.";

    /// <summary>The failure that an exception stands for.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="connection">Whom we talk to, without a password.</param>
    /// <param name="command">The command, as it is typed.</param>
    public static Failure Of(Exception exception, string connection, string command = "lockkeeper") => exception switch
    {
        UsageException usage => new Failure(ErrorCodes.Usage, ExitCode.Usage, usage.Message)
        {
            WhatToDo = $"\"{command} --help\" shows what can be given.",
        },
        RefusedException refused => new Failure(refused.Code, ExitCode.Refused, refused.Problem)
        {
            IsTrue = refused.IsTrue,
            WhatToDo = refused.WhatToDo,
        },
        MigrationFormatException format => Unreadable(format.Problems),
        UnreadableFilesException files => Unreadable(files.Problems) with { IsTrue = files.IsTrue },
        InvalidMigrationException invalid => new Failure(invalid.Code, ExitCode.Refused, invalid.Problem)
        {
            IsTrue = Untouched,
            Places = [new FormatProblem(invalid.Code, invalid.Position, invalid.Problem, invalid.Remedy)],
        },
        MigrationException migration => new Failure(migration.Code, ExitCodeOf(migration), WithoutCode(migration.Code, migration.Problem))
        {
            IsTrue = migration.IsTrue,
            WhatToDo = migration.WhatToDo,
        },
        BackfillException backfill => new Failure(backfill.Code, ExitCodeOf(backfill), backfill.Problem())
        {
            IsTrue = backfill.IsTrue,
            WhatToDo = backfill.WhatToDo,
        },
        LocksException locks => new Failure(locks.Code, ExitCode.Refused, locks.Problem) { IsTrue = locks.IsTrue, WhatToDo = locks.WhatToDo },
        PostgresStartException start => new Failure(start.Code, ExitCode.CannotConnect, WithoutCode(start.Code, start.Message)),
        NpgsqlException server => LookingCommands.Of(ServerFailures.Of(server, connection), command),
        _ => Unexpected(exception),
    };

    /// <summary>The command did what it should, and nobody can read of it.</summary>
    public static Failure NotWritten(Exception reason) => new(
        ErrorCodes.OutputNotWritten, ExitCode.NotWritten, $"Standard output cannot be written: {reason.Message.TrimEnd('.')}.")
    {
        IsTrue = "The command was done; its result, or a part of it, is lost.",
        WhatToDo = "Make room, or send the output elsewhere; \"lockkeeper status\" shows where the schema stands.",
    };

    private static Failure Unreadable(ImmutableArray<FormatProblem> problems) =>
        new(problems[0].Code, ExitCode.Refused, problems[0].Message) { IsTrue = Untouched, Places = problems };

    private static ExitCode ExitCodeOf(MigrationException exception) => exception.Outcome switch
    {
        MigrationOutcome.NothingChanged when exception.InnerException is NpgsqlException server && ServerFailures.IsNoConnection(server) =>
            ExitCode.CannotConnect,
        MigrationOutcome.NothingChanged => ExitCode.Refused,
        MigrationOutcome.Undone => ExitCode.Undone,
        _ => ExitCode.Unfinished,
    };

    // What a backfill refuses before it has begun; whatever comes later leaves rows that are filled.
    private static ExitCode ExitCodeOf(BackfillException exception) =>
        exception.Code is "LK2002" or "LK2006" or "LK2008" or "LK2023" or "LK2024" ? ExitCode.Refused : ExitCode.Unfinished;

    // The code stands in front, and what is true and what to do behind; they are shown by themselves.
    private static string Problem(this BackfillException exception) => WithoutCode(exception.Code, exception.Message)
        .Replace($" {exception.IsTrue} {exception.WhatToDo}", "", StringComparison.Ordinal);

    // The problem of a backfill is told as the backfill tells it, with its code in front.
    private static string WithoutCode(string code, string problem) =>
        problem.StartsWith($"{code}: ", StringComparison.Ordinal) ? problem[(code.Length + 2)..] : problem;

    private static Failure Unexpected(Exception exception) => new(
        ErrorCodes.Unexpected, ExitCode.Unexpected, $"{exception.GetType().Name}: {exception.Message}")
    {
        IsTrue = "This is a bug of Lockkeeper. What was done is recorded in the database.",
        WhatToDo = "\"lockkeeper status\" shows where the schema stands; --verbose shows where it happened, for a report.",
        Trace = exception.ToString(),
    };
}
