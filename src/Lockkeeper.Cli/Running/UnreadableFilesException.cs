using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Running;

/// <summary>Files of a folder cannot be read as migrations. The database was not touched.</summary>
internal sealed class UnreadableFilesException(ImmutableArray<FormatProblem> problems) : Exception(string.Join('\n', problems))
{
    public ImmutableArray<FormatProblem> Problems => problems;

    /// <summary>What is now true, when it is more than that nothing was changed.</summary>
    public string IsTrue { get; init; } = Failures.Untouched;
}
