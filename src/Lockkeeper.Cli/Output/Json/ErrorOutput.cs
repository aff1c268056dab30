using System.Collections.Immutable;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>Why a command was not done; the last line of what it writes.</summary>
internal sealed record ErrorOutput(
    string Event, string Code, int ExitCode, string Problem, string? IsTrue, string? WhatToDo, ImmutableArray<PlaceOutput> Places)
{
    public static ErrorOutput Of(Failure failure) => new(
        "error", failure.Code, (int)failure.ExitCode, failure.Problem, failure.IsTrue, failure.WhatToDo,
        [.. failure.Places.Select(PlaceOutput.Of)]);
}
