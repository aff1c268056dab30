using System.Collections.Immutable;

namespace Lockkeeper.Cli.Running;

/// <summary>The commands that only look. When the connection is lost in the middle of one, there is nothing to resume or to roll back.</summary>
internal static class LookingCommands
{
    private static readonly ImmutableArray<string> Names =
    [
        "locks", "diagnose", "deadlocks", "trace", "long-running", "outliers", "unused-indexes", "missing-fk-indexes", "bloat", "cache-hit", "vacuum",
    ];

    /// <summary>The failure as it is true of the command that it happened to.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="command">The command, as it is typed.</param>
    public static Failure Of(Failure failure, string command) =>
        failure.Code == ErrorCodes.ConnectionLost && Names.Contains(command.Split(' ')[^1])
            ? failure with
            {
                ExitCode = ExitCode.CannotConnect,
                IsTrue = "Nothing was changed: this command only looks.",
                WhatToDo = "Look again when the server is back.",
            }
            : failure;
}
