using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Migrations;

/// <summary>A migration file cannot be read. Thrown before anything was run: the database is untouched.</summary>
/// <remarks>Carries every problem found in the file, so that they can be mended in one go.</remarks>
public sealed class MigrationFormatException : Exception
{
    // A terminal shows this many without scrolling; the property holds the rest.
    private const int ShownInMessage = 20;

    internal MigrationFormatException(ImmutableArray<FormatProblem> problems)
        : base(Describe(problems)) => Problems = problems;

    /// <summary>Everything found wrong, in the order of the file; at least one.</summary>
    public ImmutableArray<FormatProblem> Problems { get; }

    /// <summary>The code of the first problem, such as <c>LK1003</c>; each has a page in <c>docs/errors</c>.</summary>
    public string Code => Problems[0].Code;

    /// <summary>Where the first problem is.</summary>
    public SourcePosition Position => Problems[0].Position;

    private static string Describe(ImmutableArray<FormatProblem> problems)
    {
        var shown = string.Join('\n', problems.Take(ShownInMessage));
        return problems.Length <= ShownInMessage ? shown : $"{shown}\n... and {problems.Length - ShownInMessage} more.";
    }
}
