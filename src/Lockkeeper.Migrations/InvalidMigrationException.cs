using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Migrations;

/// <summary>The migration does not fit the schema it was planned against. Nothing was run: the database is untouched.</summary>
public sealed class InvalidMigrationException : Exception
{
    internal InvalidMigrationException(
        string code, SourcePosition position, string problem, string remedy, Exception? innerException = null)
        : base($"{code}: {position}: {problem} {remedy}", innerException)
    {
        Code = code;
        Position = position;
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>A stable code; <c>docs/errors</c> has one page for each.</summary>
    public string Code { get; }

    /// <summary>The place in the file.</summary>
    public SourcePosition Position { get; }

    /// <summary>What is wrong, in a sentence.</summary>
    public string Problem { get; }

    /// <summary>What to do about it, in a sentence.</summary>
    public string Remedy { get; }
}
