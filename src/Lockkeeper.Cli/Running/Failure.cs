using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Running;

/// <summary>Why a command was not done, in the words that are shown.</summary>
/// <param name="Code">The stable code; <c>docs/errors</c> has a page for each.</param>
/// <param name="ExitCode">What the process tells its caller.</param>
/// <param name="Problem">What went wrong, in a sentence.</param>
internal sealed record Failure(string Code, ExitCode ExitCode, string Problem)
{
    /// <summary>What is now true of the database, in a sentence.</summary>
    public string? IsTrue { get; init; }

    /// <summary>What to do, in a sentence.</summary>
    public string? WhatToDo { get; init; }

    /// <summary>The places in files that are meant; when there are any, they say the problem.</summary>
    public ImmutableArray<FormatProblem> Places { get; init; } = [];

    /// <summary>Where in our code it happened; shown with --verbose only.</summary>
    public string? Trace { get; init; }

    /// <inheritdoc/>
    public bool Equals(Failure? other) => other is not null && Code == other.Code && ExitCode == other.ExitCode
        && Problem == other.Problem && IsTrue == other.IsTrue && WhatToDo == other.WhatToDo && Trace == other.Trace
        && Places.SequenceEqual(other.Places);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Code, ExitCode, Problem);
}
