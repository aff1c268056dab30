using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Running;

/// <summary>Files of a folder cannot be read as migrations. Nothing was changed.</summary>
internal sealed class UnreadableFilesException(ImmutableArray<FormatProblem> problems) : Exception(string.Join('\n', problems))
{
    public ImmutableArray<FormatProblem> Problems => problems;
}
